import CSimdJSON
import FreshetKernels

/// Reads the wanted fields of JSON objects, strictly: the seam to simdjson.
///
/// Refused are: anything but one object, a NUL, invalid UTF-8, containers nested deeper than 64, and a key twice in one object at any level.
final class JSONFieldReader {
    private let reader: OpaquePointer
    private let map: OpaquePointer

    /// A reader that puts the value of a name at its place.
    init(names: [(name: String, place: Int)]) {
        guard let reader = freshet_json_reader_create(), let map = freshet_json_map_create() else { preconditionFailure("out of memory") }
        self.reader = reader
        self.map = map
        for (name, place) in names {
            var name = name
            name.withUTF8 { _ = freshet_json_map_add(map, $0.baseAddress, $0.count, Int32(place)) }
        }
    }

    deinit {
        freshet_json_reader_destroy(reader)
        freshet_json_map_destroy(map)
    }

    /// Fills the fields whose names are known; the others become absent or keep what they hold.
    func read(_ text: ByteView, into fields: RawFields) throws(Rejection) {
        var key = freshet_json_field()
        let error = freshet_json_read(reader, map, text.start, text.count, fields.base, &key)
        guard error == FRESHET_JSON_OK else { throw Rejection(.malformed, JSONFieldReader.detail(error, key: key.text)) }
    }

    private static func detail(_ error: freshet_json_error, key: ByteView) -> String {
        switch error {
        case FRESHET_JSON_EMPTY: "the record is empty, not a JSON object"
        case FRESHET_JSON_UTF8: "not valid UTF-8"
        case FRESHET_JSON_CONTROL: "a control character within a string"
        case FRESHET_JSON_ESCAPE: "an invalid escape within a string"
        case FRESHET_JSON_NUMBER_SYNTAX: "a number that is not JSON"
        case FRESHET_JSON_UNCLOSED: "a string, an object or an array is not closed"
        case FRESHET_JSON_TRAILING: "something follows the JSON object"
        case FRESHET_JSON_NOT_OBJECT: "not a JSON object"
        case FRESHET_JSON_DEPTH: "nested deeper than \(FRESHET_JSON_DEPTH_MAX)"
        case FRESHET_JSON_TWICE: "the key \(key.text) stands twice in one object"
        case FRESHET_JSON_MEMORY: "too large for the memory at hand"
        default: "not JSON"
        }
    }
}
