#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/// Copies and queues one record: `rd_kafka_producev` is variadic, which Swift cannot call.
/// A negative length is null (a tombstone, a record without a key); `headers` are owned by the client on success only.
static inline rd_kafka_resp_err_t freshet_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *key, ssize_t key_length,
    const void *value, ssize_t value_length, rd_kafka_headers_t *headers, void *tag) {
    const void *key_start = key_length > 0 ? key : key_length == 0 ? "" : NULL;
    const void *value_start = value_length > 0 ? value : value_length == 0 ? "" : NULL;
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(key_start, key_length > 0 ? (size_t)key_length : 0),
        RD_KAFKA_V_VALUE((void *)value_start, value_length > 0 ? (size_t)value_length : 0),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_END);
}
