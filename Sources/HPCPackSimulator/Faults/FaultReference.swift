/// The kinds and options of faults, for parsing, `--help` and the documentation.
enum FaultReference {
    /// A kind or an option.
    struct Line: Sendable {
        /// Its syntax, such as `status=CODE`.
        let form: String
        /// What it does, in one sentence.
        let meaning: String
        /// A valid example.
        let example: String

        /// Its name, such as `status`.
        var name: String { String(form.prefix { $0 != "=" && $0 != "[" }) }

        init(_ form: String, _ meaning: String, _ example: String) {
            self.form = form
            self.meaning = meaning
            self.example = example
        }
    }

    /// Every kind.
    static let kinds: [Line] = [
        .init("latency=DURATION", "The answer comes late.", "latency=250ms"),
        .init(
            "status=CODE",
            "This status comes instead and nothing is done; with retry-after=SECONDS or "
                + "retry-after=date:SECONDS it says when to come again.",
            "status=503,retry-after=date:5"
        ),
        .init(
            "reset[=BYTES]",
            "The connection is reset after so many bytes, or none.",
            "reset=100"
        ),
        .init(
            "truncate[=BYTES]",
            "The connection is closed after so many bytes of the body, or none.",
            "truncate=500"
        ),
        .init(
            "garbage[=wire|body|html|null|half]",
            "Bytes that are no HTTP; a body that is no JSON; the page of another service; null; "
                + "half of the JSON with a length that fits.",
            "garbage=html"
        ),
        .init("content-length=BYTES", "Content-Length is wrong by so many.", "content-length=-7"),
        .init(
            "chunks[=size|end|overrun]",
            "A chunked body with a size that is no number, without its last chunk, or with a chunk "
                + "longer than it says.",
            "chunks=overrun"
        ),
        .init("drip=BYTES/DURATION", "So many bytes at a time, with pauses.", "drip=16/100ms"),
        .init("hang", "The answer never comes.", "hang"),
        .init("lose-tokens", "The head node has forgotten its page tokens.", "lose-tokens"),
        .init("drop-tokens", "A page has no page token though more rows follow.", "drop-tokens"),
        .init(
            "shift-pages=ROWS",
            "Every page but the first begins so many rows too late, or too early (negative).",
            "shift-pages=-2"
        ),
        .init(
            "duplicate-rows[=ROWS]",
            "So many rows stand twice in a page, or in an answer without pages.",
            "duplicate-rows=3"
        ),
        .init(
            "filter=refused|ignored|leaves-out/N",
            "$filter is refused with 400, ignored, or leaves out one row in N that it should let "
                + "through.",
            "filter=leaves-out/5"
        ),
        .init(
            "date-format=PATTERN",
            "Times are written in another pattern than dateTimeFormat says.",
            "date-format=yyyy-MM-dd HH:mm:ss"
        ),
        .init(
            "die=DURATION",
            "The head node resets all connections, takes none, and returns after that time.",
            "die=5s"
        ),
    ]

    /// Every option.
    static let options: [Line] = [
        .init(
            "path=PATTERN",
            "Only paths under /hpc that match; * is anything, ? one character.",
            "path=/jobs*"
        ),
        .init("method=NAME", "Only this method.", "method=POST"),
        .init("head-node=1|2", "Only at this head node.", "head-node=2"),
        .init("skip=N", "Leave the first N matching requests alone.", "skip=2"),
        .init("count=N", "At most N requests.", "count=3"),
        .init(
            "probability=P",
            "Each request with this probability, seeded by --seed.",
            "probability=0.1"
        ),
        .init("for=DURATION", "Only so long from now on.", "for=2m"),
        .init("retry-after=SECONDS|date:SECONDS", "For status only.", "retry-after=30"),
    ]
}
