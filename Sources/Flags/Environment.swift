import Glibc

/// The environment of the process.
public enum Environment {
    /// All variables; of one that is set twice the first counts, as for `getenv`.
    public static var all: [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                let name = String(line[..<equals])
                if variables[name] == nil {
                    variables[name] = String(line[line.index(after: equals)...])
                }
            }
            unsafe entry += 1
        }
        return variables
    }
}
