#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One call reads one JSON object strictly and keeps the wanted fields of its top level. simdjson's on-demand reader finds the
// structure and checks UTF-8; every value is walked, so that nothing unread escapes validation.

#ifdef __cplusplus
extern "C" {
#endif

// A container deeper than this, the object itself included, is refused.
#define FRESHET_JSON_DEPTH_MAX 64
// Wanted fields of one map.
#define FRESHET_JSON_FIELDS_MAX 32

typedef enum {
    FRESHET_JSON_ABSENT,
    FRESHET_JSON_NULL,
    FRESHET_JSON_FALSE,
    FRESHET_JSON_TRUE,
    FRESHET_JSON_NUMBER,
    // A number beyond the range of a double.
    FRESHET_JSON_HUGE_NUMBER,
    FRESHET_JSON_STRING,
    FRESHET_JSON_OBJECT,
    FRESHET_JSON_ARRAY,
    // Text of which no type is known, as in a CSV file; the reader never answers it.
    FRESHET_JSON_UNTYPED,
} freshet_json_kind;

// A field's value. A string's text is unescaped; a number's is its token; an array's and an object's is its source.
// Texts stay until the reader's next call.
typedef struct {
    const uint8_t *start;
    size_t count;
    double number;
    freshet_json_kind kind;
} freshet_json_field;

typedef enum {
    FRESHET_JSON_OK,
    FRESHET_JSON_EMPTY,
    FRESHET_JSON_SYNTAX,
    FRESHET_JSON_UTF8,
    FRESHET_JSON_CONTROL,
    FRESHET_JSON_ESCAPE,
    FRESHET_JSON_NUMBER_SYNTAX,
    FRESHET_JSON_UNCLOSED,
    FRESHET_JSON_TRAILING,
    FRESHET_JSON_NOT_OBJECT,
    FRESHET_JSON_DEPTH,
    // The same key twice in one object, at any level; or two names of one wanted field.
    FRESHET_JSON_TWICE,
    FRESHET_JSON_MEMORY,
} freshet_json_error;

typedef struct freshet_json_map freshet_json_map;
typedef struct freshet_json_reader freshet_json_reader;

// A map that knows no name yet; NULL where memory is short.
freshet_json_map *freshet_json_map_create(void);
void freshet_json_map_destroy(freshet_json_map *map);
// Adds a name of the field `slot`; false where the name is known already, the slot is out of range or the map is full.
bool freshet_json_map_add(freshet_json_map *map, const uint8_t *name, size_t count, int slot);

freshet_json_reader *freshet_json_reader_create(void);
void freshet_json_reader_destroy(freshet_json_reader *reader);

// Reads one object. `fields` has room for every slot of the map; those that are missing become ABSENT.
// After TWICE, `key` is the repeated key. Memory is kept from call to call and grows only with the longest text.
freshet_json_error freshet_json_read(
    freshet_json_reader *reader, const freshet_json_map *map, const uint8_t *text, size_t count, freshet_json_field *fields,
    freshet_json_field *key);

// Reads a number in the grammar of JSON, infinite beyond the range of a double; false where the text is something else.
bool freshet_json_parse_number(const uint8_t *text, size_t count, double *number);

// Whether the text is valid UTF-8 without a NUL.
bool freshet_json_is_text(const uint8_t *text, size_t count);

// Writes the shortest text that reads back as `number` (finite) and returns its length, at most 32. Always JSON.
size_t freshet_json_write_number(double number, uint8_t *text);

#ifdef __cplusplus
}
#endif
