// On-demand's own assertions are for its debug builds only; without this they would follow NDEBUG.
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#include "freshet_json.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ondemand = simdjson::ondemand;

namespace {

// A key of an object: its first eight bytes and its length decide nearly every comparison.
struct Key {
    uint64_t prefix;
    uint32_t count;
    const uint8_t *start;

    Key(const uint8_t *start, size_t count) : prefix(0), count(uint32_t(count)), start(start) {
        std::memcpy(&prefix, start, count < 8 ? count : 8);
    }
    // The same where eight bytes can be read behind any start, as in simdjson's padded buffers.
    static Key padded(const uint8_t *start, size_t count) {
        Key key(start, 0);
        std::memcpy(&key.prefix, start, 8);
        if (count < 8) key.prefix &= (uint64_t(1) << (8 * count)) - 1;
        key.count = uint32_t(count);
        return key;
    }
    bool operator==(const Key &other) const {
        return prefix == other.prefix && count == other.count && (count <= 8 || std::memcmp(start, other.start, count) == 0);
    }
    bool operator<(const Key &other) const {
        if (prefix != other.prefix) return prefix < other.prefix;
        if (count != other.count) return count < other.count;
        return std::memcmp(start, other.start, count) < 0;
    }
};

// Objects with more keys than this look for repeated ones by sorting: comparing all pairs would be an attack's lever.
constexpr size_t pairwiseKeysMax = 16;

bool isSpace(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }
bool isDigit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

// Whether the whole text is a number in the grammar of JSON.
bool isNumber(const uint8_t *text, size_t count) {
    size_t at = 0;
    auto digits = [&] {
        size_t first = at;
        while (at < count && isDigit(text[at])) at += 1;
        return at - first;
    };
    if (at < count && text[at] == '-') at += 1;
    bool leadingZero = at < count && text[at] == '0';
    size_t whole = digits();
    if (whole == 0 || (leadingZero && whole > 1)) return false;
    if (at < count && text[at] == '.') {
        at += 1;
        if (digits() == 0) return false;
    }
    if (at < count && (text[at] == 'e' || text[at] == 'E')) {
        at += 1;
        if (at < count && (text[at] == '+' || text[at] == '-')) at += 1;
        if (digits() == 0) return false;
    }
    return at == count;
}

// The value of a text that is a number; infinite beyond the range of a double.
double numberValue(const uint8_t *text, size_t count) {
    double value = 0;
    const char *first = reinterpret_cast<const char *>(text);
    auto result = std::from_chars(first, first + count, value);
    if (result.ec == std::errc()) return value;
    // Out of range says neither too large nor too small; this path is rare enough to copy.
    return std::strtod(std::string(first, count).c_str(), nullptr);
}

freshet_json_error translated(simdjson::error_code error) {
    switch (error) {
    case simdjson::EMPTY: return FRESHET_JSON_EMPTY;
    case simdjson::UTF8_ERROR: return FRESHET_JSON_UTF8;
    case simdjson::UNESCAPED_CHARS: return FRESHET_JSON_CONTROL;
    case simdjson::STRING_ERROR: return FRESHET_JSON_ESCAPE;
    case simdjson::UNCLOSED_STRING:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return FRESHET_JSON_UNCLOSED;
    case simdjson::MEMALLOC: return FRESHET_JSON_MEMORY;
    default: return FRESHET_JSON_SYNTAX;
    }
}

}  // namespace

// Names by their hash, open addressing: one probe finds nearly every name.
struct freshet_json_map {
    struct Entry {
        std::string name;
        int slot = -1;
    };
    static constexpr size_t places = 128;
    Entry entries[places];
    int slots = 0;
    int names = 0;

    static size_t place(const Key &key) { return size_t((key.prefix ^ key.count) * 0x9e3779b97f4a7c15u >> 57); }

    int slot(const Key &key) const {
        for (size_t at = place(key);; at = (at + 1) % places) {
            const Entry &entry = entries[at];
            if (entry.slot < 0) return -1;
            if (entry.name.size() == key.count && std::memcmp(entry.name.data(), key.start, key.count) == 0) return entry.slot;
        }
    }
};

struct freshet_json_reader {
    ondemand::parser parser;
    std::vector<uint8_t> padded;
    std::vector<Key> keys;
    Key repeated{reinterpret_cast<const uint8_t *>(""), 0};

    freshet_json_error object(ondemand::object &object, const freshet_json_map *map, freshet_json_field *fields, int depth);
    freshet_json_error value(ondemand::value &value, freshet_json_field *field, int depth);
    freshet_json_error string(ondemand::value &value, freshet_json_field *field);
    freshet_json_error scalar(ondemand::value &value, freshet_json_field *field);
    freshet_json_error array(ondemand::array &array, int depth);
    freshet_json_error unknownKey(const Key &key, size_t first);
    freshet_json_error sortedKeys(size_t first);
    freshet_json_error load(const uint8_t *text, size_t count);
};

// Copies the text, since simdjson reads a padding beyond its end.
freshet_json_error freshet_json_reader::load(const uint8_t *text, size_t count) {
    if (parser.capacity() < count || padded.empty()) {
        size_t capacity = std::max<size_t>(4096, count + count / 2);
        if (auto error = parser.allocate(capacity)) return translated(error);
        padded.resize(capacity + simdjson::SIMDJSON_PADDING);
    }
    if (count > 0) std::memcpy(padded.data(), text, count);
    std::memset(padded.data() + count, 0, simdjson::SIMDJSON_PADDING);
    keys.clear();
    return FRESHET_JSON_OK;
}

freshet_json_error freshet_json_reader::unknownKey(const Key &key, size_t first) {
    if (keys.size() - first < pairwiseKeysMax) {
        for (size_t at = first; at < keys.size(); at += 1) {
            if (keys[at] == key) {
                repeated = key;
                return FRESHET_JSON_TWICE;
            }
        }
    }
    keys.push_back(key);
    return FRESHET_JSON_OK;
}

// Ends an object: finds repeated keys of a large one, and forgets its keys.
freshet_json_error freshet_json_reader::sortedKeys(size_t first) {
    if (keys.size() - first > pairwiseKeysMax) {
        std::sort(keys.begin() + long(first), keys.end());
        auto twin = std::adjacent_find(keys.begin() + long(first), keys.end());
        if (twin != keys.end()) {
            repeated = *twin;
            return FRESHET_JSON_TWICE;
        }
    }
    keys.erase(keys.begin() + long(first), keys.end());
    return FRESHET_JSON_OK;
}

freshet_json_error freshet_json_reader::object(ondemand::object &object, const freshet_json_map *map, freshet_json_field *fields, int depth) {
    if (depth > FRESHET_JSON_DEPTH_MAX) return FRESHET_JSON_DEPTH;
    size_t first = keys.size();
    for (auto next : object) {
        if (auto error = next.error()) return translated(error);
        ondemand::field &&field = std::move(next).value_unsafe();
        const uint8_t *start = reinterpret_cast<const uint8_t *>(field.key().raw());
        size_t count = 0;
        while (start[count] != '"' && start[count] != '\\') count += 1;
        if (start[count] == '\\') {
            std::string_view text;
            if (auto error = field.unescaped_key().get(text)) return translated(error);
            start = reinterpret_cast<const uint8_t *>(text.data());
            count = text.size();
        }
        Key key = Key::padded(start, count);
        int slot = map ? map->slot(key) : -1;
        freshet_json_field *wanted = slot >= 0 ? fields + slot : nullptr;
        if (wanted && wanted->kind != FRESHET_JSON_ABSENT) {
            repeated = key;
            return FRESHET_JSON_TWICE;
        }
        if (!wanted) {
            if (auto error = unknownKey(key, first)) return error;
        }
        if (auto error = value(field.value(), wanted, depth)) return error;
    }
    return sortedKeys(first);
}

freshet_json_error freshet_json_reader::array(ondemand::array &array, int depth) {
    if (depth > FRESHET_JSON_DEPTH_MAX) return FRESHET_JSON_DEPTH;
    for (auto next : array) {
        if (auto error = next.error()) return translated(error);
        ondemand::value &&element = std::move(next).value_unsafe();
        if (auto error = value(element, nullptr, depth)) return error;
    }
    return FRESHET_JSON_OK;
}

freshet_json_error freshet_json_reader::value(ondemand::value &value, freshet_json_field *field, int depth) {
    const uint8_t *start = reinterpret_cast<const uint8_t *>(value.raw_json_token().data());
    if (*start == '"') return string(value, field);
    if (*start == '{') {
        if (field) *field = {nullptr, 0, 0, FRESHET_JSON_OBJECT};
        ondemand::object child;
        if (auto error = value.get_object().get(child)) return translated(error);
        if (auto error = object(child, nullptr, nullptr, depth + 1)) return error;
        const char *end = nullptr;
        if (field && !value.current_location().get(end)) *field = {start, size_t(reinterpret_cast<const uint8_t *>(end) - start), 0, FRESHET_JSON_OBJECT};
        return FRESHET_JSON_OK;
    }
    if (*start == '[') {
        ondemand::array child;
        if (auto error = value.get_array().get(child)) return translated(error);
        if (auto error = array(child, depth + 1)) return error;
        const char *end = nullptr;
        if (field && !value.current_location().get(end)) *field = {start, size_t(reinterpret_cast<const uint8_t *>(end) - start), 0, FRESHET_JSON_ARRAY};
        return FRESHET_JSON_OK;
    }
    return scalar(value, field);
}

freshet_json_error freshet_json_reader::string(ondemand::value &value, freshet_json_field *field) {
    std::string_view token = value.raw_json_token();
    if (std::memchr(token.data(), '\\', token.size())) {
        std::string_view text;
        if (auto error = value.get_string().get(text)) return translated(error);
        if (field) *field = {reinterpret_cast<const uint8_t *>(text.data()), text.size(), 0, FRESHET_JSON_STRING};
        return FRESHET_JSON_OK;
    }
    ondemand::raw_json_string raw;
    if (auto error = value.get_raw_json_string().get(raw)) return translated(error);
    if (!field) return FRESHET_JSON_OK;
    size_t end = token.size() - 1;
    while (token[end] != '"') end -= 1;
    *field = {reinterpret_cast<const uint8_t *>(token.data()) + 1, end - 1, 0, FRESHET_JSON_STRING};
    return FRESHET_JSON_OK;
}

// A number, true, false or null. It is judged by its token; on-demand skips it when the iteration goes on.
freshet_json_error freshet_json_reader::scalar(ondemand::value &value, freshet_json_field *field) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && isSpace(uint8_t(token.back()))) token.remove_suffix(1);
    freshet_json_field found = {reinterpret_cast<const uint8_t *>(token.data()), token.size(), 0, FRESHET_JSON_NULL};
    if (token == "true") {
        found.kind = FRESHET_JSON_TRUE;
    } else if (token == "false") {
        found.kind = FRESHET_JSON_FALSE;
    } else if (token != "null") {
        if (token.empty() || !(isDigit(found.start[0]) || found.start[0] == '-')) return FRESHET_JSON_SYNTAX;
        if (!isNumber(found.start, found.count)) return FRESHET_JSON_NUMBER_SYNTAX;
        if (field) found.number = numberValue(found.start, found.count);
        found.kind = std::abs(found.number) <= std::numeric_limits<double>::max() ? FRESHET_JSON_NUMBER : FRESHET_JSON_HUGE_NUMBER;
    }
    if (field) *field = found;
    return FRESHET_JSON_OK;
}

extern "C" {

freshet_json_map *freshet_json_map_create(void) { return new (std::nothrow) freshet_json_map; }
void freshet_json_map_destroy(freshet_json_map *map) { delete map; }

bool freshet_json_map_add(freshet_json_map *map, const uint8_t *name, size_t count, int slot) {
    Key key(name, count);
    if (slot < 0 || slot >= FRESHET_JSON_FIELDS_MAX || map->names >= int(map->places) / 2 || map->slot(key) >= 0) return false;
    size_t at = map->place(key);
    while (map->entries[at].slot >= 0) at = (at + 1) % map->places;
    map->entries[at] = {std::string(reinterpret_cast<const char *>(name), count), slot};
    map->slots = std::max(map->slots, slot + 1);
    map->names += 1;
    return true;
}

freshet_json_reader *freshet_json_reader_create(void) { return new (std::nothrow) freshet_json_reader; }
void freshet_json_reader_destroy(freshet_json_reader *reader) { delete reader; }

freshet_json_error freshet_json_read(
    freshet_json_reader *reader, const freshet_json_map *map, const uint8_t *text, size_t count, freshet_json_field *fields,
    freshet_json_field *key) {
    for (int slot = 0; slot < map->slots; slot += 1) fields[slot] = {nullptr, 0, 0, FRESHET_JSON_ABSENT};
    if (auto error = reader->load(text, count)) return error;
    const char *bytes = reinterpret_cast<const char *>(reader->padded.data());
    ondemand::document document;
    if (auto error = reader->parser.iterate(bytes, count, count + simdjson::SIMDJSON_PADDING).get(document)) return translated(error);
    ondemand::object object;
    if (auto error = document.get_object().get(object)) {
        return error == simdjson::INCORRECT_TYPE ? FRESHET_JSON_NOT_OBJECT : translated(error);
    }
    if (auto error = reader->object(object, map, fields, 1)) {
        if (error == FRESHET_JSON_TWICE) *key = {reader->repeated.start, reader->repeated.count, 0, FRESHET_JSON_STRING};
        return error;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? FRESHET_JSON_OK : FRESHET_JSON_TRAILING;
}

bool freshet_json_parse_number(const uint8_t *text, size_t count, double *number) {
    if (!isNumber(text, count)) return false;
    *number = numberValue(text, count);
    return true;
}

bool freshet_json_is_text(const uint8_t *text, size_t count) {
    if (count == 0) return true;
    return !std::memchr(text, 0, count) && simdjson::validate_utf8(reinterpret_cast<const char *>(text), count);
}

size_t freshet_json_write_number(double number, uint8_t *text) {
    // Plain digits where they stay short: prices and scores are read by people too.
    double magnitude = std::abs(number);
    bool plain = magnitude == 0 || (magnitude >= 1e-5 && magnitude < 1e16);
    char *first = reinterpret_cast<char *>(text);
    auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    return size_t(std::to_chars(first, first + 32, number, format).ptr - first);
}

}  // extern "C"
