/// Why a record is refused, on its way out of the decoder.
struct Rejection: Error {
    var code: RejectionCode
    var detail: String

    init(_ code: RejectionCode, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}
