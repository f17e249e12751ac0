import { defineConfig } from 'vitest/config';

// A crowd of processes would slow down whatever else runs, so that it comes last.
const crowded = 'test/cli/one-login.spec.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: 'all', include: ['{test,docs}/**/*.spec.ts'], exclude: [crowded], sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'crowd', include: [crowded], sequence: { groupOrder: 1 } } },
    ],
  },
});
