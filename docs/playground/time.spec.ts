import { describe, expect, it } from 'vitest';
import { takeOverTime } from './time.ts';

const hour = 60 * 60_000;

describe('a clock that can be advanced', () => {
  const setUp = () => {
    const date = { now: () => 1_000 };
    return { date, rung: [] as string[], ...takeOverTime(date) };
  };

  it('shows the real time plus the advance', () => {
    const { date, pass, reset } = setUp();
    expect(date.now()).toBe(1_000);
    pass(hour);
    pass(hour);
    expect(date.now()).toBe(1_000 + 2 * hour);
    expect(reset(() => date.now())).toBe(1_000);
    expect(date.now()).toBe(1_000);
  });

  it('is not changed if make fails', () => {
    const { date, pass, reset } = setUp();
    pass(hour);
    const fail = () => {
      throw new Error(`At ${date.now()}`);
    };
    expect(() => reset(fail)).toThrow('At 1000');
    expect(date.now()).toBe(1_000 + hour);
  });

  it('fires due timers once and in order, but not cancelled ones', () => {
    const { clock, pass, rung } = setUp();
    clock.setTimeout(() => rung.push('second'), 2 * hour);
    clock.setTimeout(() => rung.push('first'), hour);
    clock.clearTimeout(clock.setTimeout(() => rung.push('cancelled'), hour));
    pass(hour - 1);
    expect(rung).toEqual([]);
    pass(hour + 1);
    pass(hour);
    expect(rung).toEqual(['first', 'second']);
  });

  it('also fires timers in real time', async () => {
    const { clock } = setUp();
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 1));
  });
});
