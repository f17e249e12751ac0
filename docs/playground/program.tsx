import { useState } from 'react';
import { type Mood, moods, type ProgramScene } from './program-scene.ts';
import type { Seen } from './recorder.ts';
import { TimeControls, weekdayAndTime } from './world.tsx';

const night = { milliseconds: 8 * 60 * 60_000, words: '8 hours' };

/** A program that stays signed in, and controls for the world around it. */
export function Program({ scene, seen }: { scene: ProgramScene; seen: Seen }) {
  const [mood, setMood] = useState<Mood>('answers as usual');
  const { session, dueAt } = seen.kept;
  const state = seen.places[0]?.state;
  const logins = seen.entries.filter((entry) => entry.kind === 'request' && entry.request.path.endsWith('/token'));
  return (
    <>
      <section className="world" aria-label="The program">
        <div>
          <h2>The program</h2>
          <dl className="facts">
            <Fact name="Session issued" time={session?.issuedAt} />
            <Fact name="Expires" time={session?.expiresAt} />
            <Fact name="Renewal" time={state === 'live' ? dueAt : null} />
            <Fact name="Next try" time={state === 'backingOff' ? dueAt : null} />
            <div>
              <dt>Logins</dt>
              <dd>{logins.length}</dd>
            </div>
          </dl>
        </div>
        <div className="buttons">
          <button type="button" className="primary" onClick={scene.callApi}>
            Call the API
          </button>
        </div>
        <p>
          The code: <a href="./docs/sessions.html#stay-signed-in">keepSession</a>
        </p>
      </section>
      <section className="world" aria-label="Time">
        <TimeControls pass={scene.wait}>
          <button type="button" onClick={() => scene.sleep(night)}>
            Sleep for {night.words}
          </button>
        </TimeControls>
      </section>
      <section className="world" aria-label="The server">
        <label>
          <span>Server</span>
          <select
            value={mood}
            onChange={({ target }) => {
              const next = target.value as Mood;
              scene.setMood(next);
              setMood(next);
            }}
          >
            {Object.keys(moods).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <div className="buttons">
          <button type="button" onClick={scene.endSessions}>
            End the session
          </button>
          <button type="button" onClick={scene.signInElsewhere}>
            Another program signs in
          </button>
        </div>
      </section>
    </>
  );
}

function Fact({ name, time }: { name: string; time: number | null | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{time ? weekdayAndTime.format(time) : '–'}</dd>
    </div>
  );
}
