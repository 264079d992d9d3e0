import FreshetKernels
import Glibc

@main
struct Main {
    static func main() {
        Heap.keepSmall()
        let code = Program.run(Array(CommandLine.arguments.dropFirst()))
        fflush(nil)
        exit(code.rawValue)
    }
}
