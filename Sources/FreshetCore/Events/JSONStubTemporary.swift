import FreshetKernels
extension ByteBuffer {
    func appendJSON(string: ByteView) { append(UInt8(ascii: "\"")); append(string); append(UInt8(ascii: "\"")) }
    func append(double: Double) { append(text: "\(double)") }
    func append(rfc3339 time: EventTime) { append(decimal: time.milliseconds) }
}
