import Glibc
import Testing

@testable import FreshetRuntime

@Suite struct FolderLockTests {
    private func failure(_ folder: String) -> StoreError? {
        do throws(StoreError) {
            FolderLockTests.keep(try FolderLock(folder: folder))
            return nil
        } catch {
            return error
        }
    }

    private static func keep(_ lock: FolderLock) { lock.release() }

    @Test func aFolderHasOneHolderWhoIsNamed() throws {
        try withTemporaryFolder { folder in
            let lock = try FolderLock(folder: folder)
            let error = failure(folder)
            #expect(error?.code == .locked)
            let text = error?.description ?? ""
            #expect(text.hasPrefix("\(folder) is in use by process \(getpid()): stop that process first"), "\(text)")
            lock.release()
            lock.release()
            #expect(failure(folder) == nil, "who gave it up does not hold it")
        }
    }

    @Test func aLockEndsWithItsOwner() throws {
        try withTemporaryFolder { folder in
            do { _ = try FolderLock(folder: folder) }
            #expect(failure(folder) == nil)
        }
    }

    @Test func whatACrashLeftBehindIsNoHolder() throws {
        try withTemporaryFolder { folder in
            try write("99999999\n", to: folder + "/lock")
            let lock = try FolderLock(folder: folder)
            #expect(try String(decoding: readBytes(folder + "/lock"), as: UTF8.self) == "\(getpid())\n")
            lock.release()
        }
    }

    @Test func aFolderThatIsMissingIsAnErrorOfTheDisk() {
        let error = failure("/nowhere/freshet")
        #expect(error?.code == .unusable && error?.message == "cannot open /nowhere/freshet/lock: No such file or directory")
    }

    @Test func aFullDiskHasAHint() {
        #expect(StoreError.system("cannot write x", errno: ENOSPC).hint == "make room; what was saved before stands")
        #expect(StoreError.system("cannot write x", errno: EACCES).hint == nil)
    }
}
