import { defineConfig } from 'vitest/config';

/**
 * Run by Node itself, whose coverage is then that of the files as they are: of the tests' own process, of the commands that they
 * start, and of the pages that they open.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.spec.ts'],
    exclude: ['test/{package,stately,fuzz}/**', '**/*.browser.spec.ts'],
    setupFiles: 'test/take-coverage.ts',
    tags: [{ name: 'exhaustive' }],
    testTimeout: 60_000,
    isolate: false,
    pool: 'forks',
    experimental: { viteModuleRunner: false },
  },
});
