import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTurn } from '../../src/browser/turn.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const { signal } = new AbortController();
const onAlone = vi.fn();

let name: string;
beforeEach(({ task }) => {
  name = `etna-auth ${task.id}`;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  onAlone.mockReset();
});

const isFree = () => navigator.locks.request(name, { ifAvailable: true }, (lock) => lock !== null);
const isAwaited = async () => !!(await navigator.locks.query()).pending?.some((lock) => lock.name === name);

/** Takes the lock as another tab does. Resolves with what releases it. */
const takeElsewhere = () => {
  const taken = Promise.withResolvers<() => void>();
  void navigator.locks.request(name, () => new Promise<void>((release) => taken.resolve(release)));
  return taken.promise;
};

/** Whether something has happened after so long. */
async function isDone(operation: Promise<unknown>, time: number): Promise<boolean> {
  let done = false;
  void operation.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(time);
  return done;
}

describe('the turn of a tab', () => {
  it('is taken if it is free, kept for the whole login, and released at its end', async () => {
    const turn = createTurn(onAlone);
    expect(await turn.take(name, signal)).toBe(true);
    expect(await turn.take(name, signal)).toBe(true);
    expect(await isFree()).toBe(false);
    turn.end();
    await vi.waitFor(async () => expect(await isFree()).toBe(true));
    expect(await turn.take(name, signal)).toBe(true);
    turn.end();
    expect(onAlone).not.toHaveBeenCalled();
  });

  it('is not taken while another tab has it, and comes after that', async () => {
    const release = await takeElsewhere();
    const turn = createTurn(onAlone);
    expect(await turn.take(name, signal)).toBe(false);
    const waiting = turn.wait(name, signal);
    await vi.waitFor(async () => expect(await isAwaited()).toBe(true));
    release();
    await waiting;
    expect(await isFree()).toBe(false);
    expect(await turn.take(name, signal)).toBe(true);
    turn.end();
  });

  it('is followed by the next login of the page at once', async () => {
    const [first, second] = [createTurn(onAlone), createTurn(onAlone)];
    await first.take(name, signal);
    first.end();
    expect(await second.take(name, signal)).toBe(true);
    second.end();
  });

  it('is kept if the signal aborts once it is taken, and leaves no timer', async () => {
    const aborting = new AbortController();
    const turn = createTurn(onAlone);
    await turn.take(name, aborting.signal);
    expect(vi.getTimerCount()).toBe(0);
    aborting.abort();
    expect(await isFree()).toBe(false);
    turn.end();
  });

  it('is neither taken nor kept by a login that was cancelled', async () => {
    const turn = createTurn(onAlone);
    await expect(turn.take(name, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const aborting = new AbortController();
    const taking = turn.take(name, aborting.signal);
    aborting.abort();
    await expect(taking).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(async () => expect(await isFree()).toBe(true));
    expect(onAlone).not.toHaveBeenCalled();
  });

  it('is no longer waited for once the login is cancelled', async () => {
    const release = await takeElsewhere();
    const aborting = new AbortController();
    const waiting = createTurn(onAlone).wait(name, aborting.signal);
    await vi.waitFor(async () => expect(await isAwaited()).toBe(true));
    aborting.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(await isAwaited()).toBe(false);
    expect(onAlone).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    release();
  });

  it('is waited for five minutes if another tab has it, and no longer', async () => {
    const release = await takeElsewhere();
    const turn = createTurn(onAlone);
    const waiting = turn.wait(name, signal);
    expect(await isDone(waiting, 5 * minutes - 1)).toBe(false);
    expect(await isDone(waiting, 1)).toBe(true);
    expect(onAlone).not.toHaveBeenCalled();
    expect(await turn.take(name, signal)).toBe(true);
    turn.end();
    release();
  });

  it('is waited for ten seconds if a login of this page has it, also one that had waited itself', async () => {
    const [first, second, third] = [createTurn(onAlone), createTurn(onAlone), createTurn(onAlone)];
    await first.take(name, signal);
    const inTurn = second.wait(name, signal);
    await vi.waitFor(async () => expect(await isAwaited()).toBe(true));
    first.end();
    await inTurn;
    expect(await third.take(name, signal)).toBe(false);
    const waiting = third.wait(name, signal);
    expect(await isDone(waiting, 10 * seconds - 1)).toBe(false);
    expect(await isDone(waiting, 1)).toBe(true);
    second.end();
    third.end();
  });
});

describe('a tab goes on alone', () => {
  it.each<[string, LockManager['request']]>([
    ['denies', () => Promise.reject(new DOMException('denied', 'SecurityError'))],
    [
      'throws at',
      () => {
        throw new DOMException('denied', 'SecurityError');
      },
    ],
  ])('if the browser %s locks, and reports why', async (_, request) => {
    vi.spyOn(navigator.locks, 'request').mockImplementation(request);
    const turn = createTurn(onAlone);
    expect(await turn.take(name, signal)).toBe(true);
    turn.end();
    await turn.wait(name, signal);
    expect(onAlone.mock.calls).toMatchObject([[{ name: 'SecurityError' }], [{ name: 'SecurityError' }]]);
  });

  it('if the browser says nothing for three seconds, in the next login too', async () => {
    vi.spyOn(navigator.locks, 'request').mockImplementation(() => new Promise(() => {}));
    const turn = createTurn(onAlone);
    const taking = turn.take(name, signal);
    expect(await isDone(taking, 3 * seconds - 1)).toBe(false);
    expect(await isDone(taking, 1)).toBe(true);
    expect(await taking).toBe(true);
    expect(onAlone.mock.calls).toEqual([[new Error('navigator.locks does not answer')]]);
    turn.end();
    expect(await isDone(turn.take(name, signal), 6 * seconds)).toBe(true);
  });
});
