import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTabStorage } from '../../src/browser/tab-storage.ts';

const onError = vi.fn();

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  onError.mockReset();
  vi.restoreAllMocks();
});

describe('the storage of a tab', () => {
  it('has the texts of the page before, until they are deleted', () => {
    createTabStorage('sessionStorage', onError).set('key', 'text');
    const next = createTabStorage('sessionStorage', onError);
    expect([next.kind, next.get('key'), next.get('other')]).toEqual(['sessionStorage', 'text', null]);
    next.set('key', null);
    expect([next.get('key'), sessionStorage.length]).toEqual([null, 0]);
    expect(onError).not.toHaveBeenCalled();
  });

  it('neither reads nor writes in memory', () => {
    sessionStorage.setItem('key', 'of another program');
    const storage = createTabStorage('memory', onError);
    expect(storage.get('key')).toBeNull();
    storage.set('key', 'text');
    storage.set('key', null);
    expect([storage.kind, sessionStorage.getItem('key')]).toEqual(['memory', 'of another program']);
  });

  it('leaves no earlier text behind when it is full', () => {
    const storage = createTabStorage('sessionStorage', onError);
    storage.set('key', 'the token of a session');
    storage.set('key', 'x'.repeat(20_000_000));
    storage.set('key', null);
    expect([storage.kind, sessionStorage.length]).toEqual(['memory', 0]);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'QuotaExceededError' }));
  });

  it.each(['getItem', 'setItem', 'removeItem'] as const)('does without %s if the browser denies it', (operation) => {
    const denied = new DOMException('full', 'QuotaExceededError');
    const deny = vi.spyOn(Object.getPrototypeOf(sessionStorage), operation).mockImplementation(() => {
      throw denied;
    });
    const storage = createTabStorage('sessionStorage', onError);
    for (const _ of ['once', 'and again']) {
      expect(storage.get('key')).toBeNull();
      storage.set('key', 'text');
      storage.set('key', null);
    }
    expect(storage.kind).toBe('memory');
    expect(onError.mock.calls).toEqual([[denied]]);
    expect(deny).toHaveBeenCalledOnce();
  });
});
