import type { LoggedRequest, Message } from '../testing/index.ts';
import { printable } from './printable.ts';

/** One request of the emulator's log in a line. The log is masked already. */
export function requestLine({ method, path, headers, authorization, status, state, step, duration }: LoggedRequest) {
  const sent = Object.entries(headers).filter(([name]) => /^(username|password|verificationcode|pincode)$/.test(name));
  const request = [method, path, ...sent.map(([name, value]) => `${name}=${value}`)];
  if (authorization !== 'none') request.push(`authorization=${authorization}`);
  const answer = [status ?? 'no answer', state, step].filter((part) => part !== null);
  const line = `${request.join(' ')} -> ${answer.join(' ')}${duration === null ? '' : ` (${duration} ms)`}`;
  // Nobody outside makes two lines of one.
  return printable(line.replaceAll(/\s/g, ' '));
}

/** One message of the emulator's in a line, as a phone would show it. */
export function messageLine({ channel, to, code }: Message) {
  return `${channel === 'sms' ? 'SMS' : 'E-mail'} to ${to}: your code is ${code}`;
}
