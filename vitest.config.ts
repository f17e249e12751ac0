import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{test,docs}/**/*.spec.ts'],
    testTimeout: 20_000,
    isolate: false,
  },
});
