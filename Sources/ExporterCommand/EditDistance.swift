/// How many letters must change to make one word of another.
enum EditDistance {
    /// The Levenshtein distance.
    static func between(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8.prefix(100)), Array(right.utf8.prefix(100)))
        var row = Array(0...right.count)
        for (place, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (other, candidate) in right.enumerated() {
                let above = row[other + 1]
                row[other + 1] = min(
                    above + 1,
                    row[other] + 1,
                    diagonal + (letter == candidate ? 0 : 1)
                )
                diagonal = above
            }
        }
        return row[right.count]
    }
}
