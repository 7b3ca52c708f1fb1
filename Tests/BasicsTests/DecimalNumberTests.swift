import Basics
import Testing

struct DecimalNumberTests {
    @Test(
        arguments: [
            ("0", 0, 0), ("16", 16, 16), ("007", 7, 7), ("20.5", nil, 20.5), ("2048.0", nil, 2048),
            ("9223372036854775807", .max, 9_223_372_036_854_775_808),
            ("9223372036854775808", nil, nil),
            ("", nil, nil), (".", nil, nil), ("5.", nil, nil), (".5", nil, nil),
            ("1.2.3", nil, nil),
            ("+5", nil, nil), ("-5", nil, nil), ("5 ", nil, nil), ("1 000", nil, nil),
            ("1,000", nil, nil), ("1e3", nil, nil), ("0x10", nil, nil), ("1.0e3", nil, nil),
            ("inf", nil, nil), ("nan", nil, nil), ("１", nil, nil), ("٣", nil, nil),
        ] as [(String, Int64?, Double?)]
    )
    func `A number is decimal digits, with a fraction where that makes sense`(
        text: String,
        whole: Int64?,
        number: Double?
    ) {
        #expect(text.decimalInteger == whole)
        #expect(text.decimalNumber == number)
    }
}
