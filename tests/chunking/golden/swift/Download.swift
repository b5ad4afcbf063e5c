import Foundation

/// A file that is being fetched.
public final class Download: NSObject {
    let url: URL
    private(set) var progress = 0.0

    public init(url: URL) {
        self.url = url
        super.init()
    }

    deinit {
        cancel()
    }

    /// Starts or resumes.
    @discardableResult
    func start(priority: Float = 0.5) async throws -> Data {
        let (data, _) = try await URLSession.shared.data(from: url)
        progress = 1
        return data
    }

    func cancel() { task?.cancel() }
}

protocol Progressing {
    var progress: Double { get }
    func cancel()
}

enum Failure: Error {
    case offline
    case status(Int)
}

struct Range {
    var lower: Int
    var upper: Int
}

extension Download: Progressing {
    func describe() -> String {
        let percent = Int(progress * 100)
        return "\(url): \(percent)%"
    }
}

func retry<T>(_ times: Int, _ body: () throws -> T) rethrows -> T {
    for _ in 1..<times {
        if let value = try? body() { return value }
    }
    return try body()
}
