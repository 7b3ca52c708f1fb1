/// The Levenshtein distance, by which misspellings are found.
enum EditDistance {
    /// The word with the fewest edits from `text`, the first of several; `nil` when there are no words.
    static func nearest(to text: String, in words: [String]) -> (word: String, distance: Int)? {
        words.map { ($0, distance(from: text, to: $0)) }.min { $0.1 < $1.1 }
    }

    /// How many bytes must be inserted, deleted or replaced to make one text of another; only the first 100 count.
    static func distance(from left: String, to right: String) -> Int {
        let (left, right) = (Array(left.utf8.prefix(100)), Array(right.utf8.prefix(100)))
        var row = Array(0...right.count)
        for (leftIndex, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = leftIndex + 1
            for (rightIndex, candidate) in right.enumerated() {
                let above = row[rightIndex + 1]
                row[rightIndex + 1] = min(
                    above + 1,
                    row[rightIndex] + 1,
                    diagonal + (letter == candidate ? 0 : 1)
                )
                diagonal = above
            }
        }
        return row[right.count]
    }
}
