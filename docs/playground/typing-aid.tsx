import type { Challenge } from 'etna-auth';
import { fillIn } from './fill-in.ts';
import type { Scenario } from './scenarios.ts';

/** Fills in what the demo user knows or invents, without showing it. `asked` is the kind of challenge. */
export function TypingAid(props: { scenario: Scenario; state: string; asked: Challenge['kind'] | null | undefined }) {
  const { scenario, state, asked } = props;
  const { username, pin = newPin, password } = scenario.user;
  const aid = (remark: string, what: string, texts: Readonly<Record<string, string>>) => (
    <div className="aid">
      <p>{remark}</p>
      <button
        type="button"
        onClick={({ currentTarget }) => fillIn(texts, currentTarget.closest('.screen') ?? document)}
      >
        Fill in <span className="unseen">{what}</span>
      </button>
    </div>
  );
  if (state === 'idle' || state === 'failed') {
    const texts = { username, password: scenario.password ?? password };
    return aid(`Demo user: ${username}`, 'name and password', texts);
  }
  if (asked === 'pin') return aid(`${username} knows the PIN.`, 'the PIN', { answer: pin });
  if (asked === 'new-password') {
    return aid(`${username} chooses a new one.`, 'a new password', { answer: newPassword, repeat: newPassword });
  }
  if (asked === 'new-pin') {
    const texts = { answer: newPin, repeat: newPin, phrase: 'purple heron', image: 'house.png' };
    return aid(`${username} chooses a PIN.`, 'a new PIN', texts);
  }
  return null;
}

const newPassword = 'erin-demo-2';
const newPin = '4711';
