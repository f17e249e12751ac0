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

  it('runs from timer to timer, and waits for what each of them starts', async () => {
    const { clock, date, run, rung } = setUp();
    const ring = () => {
      rung.push(`${date.now()}`);
      clock.setTimeout(ring, hour);
    };
    clock.setTimeout(ring, hour);
    let settled = 0;
    await run(2.5 * hour, async () => {
      settled += 1;
    });
    expect(rung).toEqual([`${1_000 + hour}`, `${1_000 + 2 * hour}`]);
    expect(settled).toBe(3);
    expect(date.now()).toBe(1_000 + 2.5 * hour);
  });

  it('runs no further after a reset', async () => {
    const { clock, date, reset, run, rung } = setUp();
    clock.setTimeout(() => rung.push('first'), hour);
    clock.setTimeout(() => rung.push('second'), 2 * hour);
    await run(3 * hour, async () => {
      if (rung.length > 0) reset(() => {});
    });
    expect(rung).toEqual(['first']);
    expect(date.now()).toBe(1_000);
  });

  it('also fires timers in real time', async () => {
    const { clock } = setUp();
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 1));
  });
});
