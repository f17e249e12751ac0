import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isAlive, isSameSecret, reveal, secret, wipe } from '../../machines/secret.ts';

const text = 'correct horse battery staple';

describe('a secret', () => {
  it('can be revealed', () => {
    expect(reveal(secret(text))).toBe(text);
  });

  it.each<[string, (value: object) => unknown]>([
    ['JSON', (value) => JSON.stringify(value)],
    ['inspect', (value) => inspect(value, { showHidden: true, depth: null, getters: true })],
    ['template strings', (value) => `${value}`],
    ['concatenation', (value) => `${value}`.concat(String(value))],
    ['structured clones', (value) => inspect(structuredClone(value), { showHidden: true, depth: null })],
    ['its own keys', (value) => [...Reflect.ownKeys(value), ...Object.entries(value)].join()],
    ['thrown errors', (value) => inspect(new Error(`refused: ${value}`, { cause: value }), { depth: null })],
  ])('shows nothing in %s', (_, show) => {
    expect(show(secret(text))).not.toContain('correct');
    expect(show({ nested: [secret(text)] })).not.toContain('correct');
  });

  it('shows that it is a secret, in strings and in JSON', () => {
    expect(`${secret(text)}`).toBe('[secret]');
    expect(JSON.stringify({ password: secret(text) })).toBe('{"password":"[secret]"}');
  });

  it('is gone for good after it is wiped', () => {
    const wiped = secret(text);
    wipe(wiped);
    expect(isAlive(wiped)).toBe(false);
    expect(() => reveal(wiped)).toThrow('The secret is gone');
  });

  it('is the same as another one with its text, unless one of them is gone', () => {
    const [wiped, other] = [secret(text), secret(text)];
    expect(isSameSecret(wiped, other)).toBe(true);
    expect(isSameSecret(wiped, secret('another'))).toBe(false);
    wipe(wiped);
    expect([isSameSecret(wiped, other), isSameSecret(other, wiped), isSameSecret(wiped, wiped)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('has lost its text after a clone or JSON', () => {
    const original = secret(text);
    const copies: unknown[] = [structuredClone(original), JSON.parse(JSON.stringify(original)), { ...original }];
    expect(copies.map(isAlive)).toEqual([false, false, false]);
    expect(isAlive(original)).toBe(true);
  });

  it('is frozen, so no framework wraps it in a proxy', () => {
    expect(Object.isExtensible(secret(text))).toBe(false);
  });
});
