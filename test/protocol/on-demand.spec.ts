import { expect, it, vi } from 'vitest';
import { onDemand } from '../../src/protocol/on-demand.ts';

it('a part is loaded once, however often it is asked for', async () => {
  const load = vi.fn(async () => 'part');
  const loadPart = onDemand(load);
  expect(await Promise.all([loadPart(), loadPart()])).toEqual(['part', 'part']);
  expect(await loadPart()).toBe('part');
  expect(load).toHaveBeenCalledOnce();
});

it('a part that could not be loaded is a failure of the network, and is tried again', async () => {
  const load = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new TypeError('no such file'))
    .mockResolvedValue('part');
  const loadPart = onDemand(load);
  await expect(loadPart()).rejects.toMatchObject({
    code: 'network',
    failure: { detail: 'a part of this program could not be loaded' },
  });
  expect(await loadPart()).toBe('part');
});

it('a part that needs what the host lacks says what that is', async () => {
  const loadPart = onDemand(() => Promise.reject(new ReferenceError('TextEncoder is not defined')));
  await expect(loadPart()).rejects.toMatchObject({
    code: 'unexpected',
    failure: { detail: 'TextEncoder is not defined' },
  });
});
