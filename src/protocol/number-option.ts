import { AuthError } from '../../machines/failures.ts';

/**
 * The value of an option. Callers in plain JavaScript may pass anything, such as `Number(undefined)`, which must not fail only after the
 * server has sent a code.
 *
 * @throws {AuthError} `invalid-input` for anything but a number from `least` to `most`.
 */
export function numberOption(name: string, value: number, least: number, most = Number.POSITIVE_INFINITY): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new AuthError('invalid-input', { detail: `${name}: a number from ${least} to ${most} is needed` });
}
