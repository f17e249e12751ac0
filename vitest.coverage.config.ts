import { defineConfig } from 'vitest/config';

/** What runs in processes or browsers of its own is not counted: the command, and what is built of the package. */
export default defineConfig({
  test: {
    include: ['test/**/*.spec.ts'],
    exclude: ['test/{cli,package,stately,browser,fuzz}/**', 'test/model/terminal.spec.ts', '**/*.browser.spec.ts'],
    testTimeout: 20_000,
    isolate: false,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['{machines,src}/**/*.ts'],
      exclude: ['src/cli/**'],
      thresholds: { lines: 98, branches: 98 },
      reporter: ['text', 'html'],
      reportsDirectory: '.cache/coverage',
    },
  },
});
