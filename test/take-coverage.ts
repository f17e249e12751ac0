import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

// Node writes it when a process exits by itself, which a worker of Vitest does not.
afterAll(() => takeCoverage());
