import Testing

/// The checks of dashboards and rules are worth what this reader finds.
struct PromQLTextTests {
    @Test func `Selectors are found with their matchers, windows and functions`() {
        let text = PromQLText(
            #"sum by (job, le) (rate(a_bucket{job=~"$job", x!="{y}"}[$__rate_interval])) / on (z) b"#
        )
        #expect(text.selectors.map(\.metric) == ["a_bucket", "b"])
        #expect(text.selectors[0].window == "$__rate_interval")
        #expect(text.selectors[0].function == "rate")
        #expect(
            text.selectors[0].matchers == [
                .init(label: "job", comparison: "=~", value: "$job"),
                .init(label: "x", comparison: "!=", value: "{y}"),
            ]
        )
        #expect(text.selectors[1].matchers.isEmpty)
        #expect(text.groupingLabels == ["job", "le", "z"])
    }

    @Test(arguments: [
        ("time() - max(a)", ["a"]),
        ("count without (x) (a == 0 and last_over_time(b[1h] offset 50m) > bool 1e3)", ["a", "b"]),
        ("absent(a) unless on () (b:c:sum * group_left () d)", ["a", "b:c:sum", "d"]),
        ("max(a) by (x) or -a{}", ["a", "a"]),
        ("vector(1)", []),
        ("topk by (x) ($top, a)", ["a"]),
    ])
    func `Functions, keywords and labels are not metrics`(expression: String, metrics: [String]) {
        #expect(PromQLText(expression).selectors.map(\.metric) == metrics)
    }
}
