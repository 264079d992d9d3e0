import Testing

@Suite struct SourceTextTests {
    @Test(arguments: [
        ("let a = 1 // try!", "let a = 1        "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"let a = "x \" y" + b"#, #"let a = "      " + b"#),
        (#"let a = "x \(f("y")) z""#, #"let a = "  \(f(" "))  ""#),
        (##"let a = #"x "y" \(z)"# + b"##, ##"let a = #"          "# + b"##),
        ("let a = \"\"\"\n  x \"y\"\n  \"\"\" + b", "let a = \"\"\"\n       \n  \"\"\" + b"),
    ]) func codeIsWhatIsLeft(_ text: String, _ code: String) {
        #expect(SourceText.code(of: text) == code)
    }
}
