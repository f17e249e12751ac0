import { matchesGlob, relative, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The first test that fails ends the run of a mutant, so that suites without a server come first, and those that wait come last.
const quickest = [
  'test/machines/*.spec.ts',
  'test/auth.spec.ts',
  'test/session/tab-rules.spec.ts',
  'test/proofs/*.spec.ts',
  'test/protocol/!(timeouts|garbage-collection).spec.ts',
  'test/session/*.spec.ts',
  'test/cli/{help,plain-use,report}.spec.ts',
  'test/node/{file-store,login,stored-login}.spec.ts',
  'test/secrecy.spec.ts',
  'test/protocol/garbage-collection.spec.ts',
  'test/node/account-lock.spec.ts',
];

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      quickest.findIndex((pattern) => matchesGlob(relative(resolve(import.meta.dirname, '..'), moduleId), pattern));
    return files.toSorted((one, other) => rank(one) - rank(other));
  }
}

/** The suites that mutation testing runs: those in one process, without those that walk the same paths again. */
export default defineConfig({
  test: { include: quickest, testTimeout: 10_000, isolate: false, sequence: { sequencer: QuickestFirst } },
});
