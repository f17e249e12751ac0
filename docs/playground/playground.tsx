import { Fragment, useEffect, useSyncExternalStore } from 'react';
import { Login } from '../examples/react/login.tsx';
import { StateChart } from './chart.tsx';
import { startOver, useScene } from './current-scene.ts';
import { Messages } from './messages.tsx';
import { Phone } from './phone.tsx';
import { ScenarioList } from './scenario-list.tsx';
import type { Scene } from './scene.ts';
import { Timeline } from './timeline.tsx';
import { TypingAid } from './typing-aid.tsx';
import { World } from './world.tsx';
import { YourServer } from './your-server.tsx';

/** A login screen, its machine, and the world around them. */
export function Playground() {
  const scene = useScene();
  return (
    <>
      <Stage scene={scene} />
      <YourServer scene={scene} />
    </>
  );
}

function Stage({ scene }: { scene: Scene }) {
  const { tabs, mail, recorder, server } = scene;
  const seen = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot);
  const scenario = server?.scenario ?? null;
  useEffect(() => {
    document.title = `${scenario?.title ?? 'Your server'} – etna-auth`;
  }, [scenario]);
  const screens = tabs.map(({ name, auth }) => {
    const state = seen.places.find(({ tab }) => tab === name)?.state ?? 'idle';
    const { challenge } = auth.actor.getSnapshot().context;
    return { name, auth, state, asked: state === 'awaitingCode' ? challenge?.kind : null };
  });
  return (
    <div className="stage" data-tabs={tabs.length}>
      <ScenarioList current={scenario} />
      <div className="about">
        <h2>{scenario?.title ?? `Your server: ${scene.origin}`}</h2>
        <p>
          {scenario?.about ??
            'The same screen and the same machine, with a real server. What you type goes to this server, and nowhere else.'}
        </p>
        <button type="button" onClick={startOver}>
          {scenario ? 'Start over' : 'Back to the emulator'}
        </button>
      </div>
      {/* A new scene gets new fields. The controls outside stay, and keep the focus. */}
      <Fragment key={scene.number}>
        <div className="side" id="screen">
          <div className="screens">
            {screens.map(({ name, auth, state, asked }) => (
              <section className="screen" key={name} aria-label={name || undefined}>
                {name && <p className="tab">{name}</p>}
                <Login auth={auth} />
                {scenario && <TypingAid scenario={scenario} state={state} asked={asked} />}
              </section>
            ))}
          </div>
          {scenario?.user.twoFactor && (
            <Phone messages={seen.messages} isAsked={screens.some(({ asked }) => asked === 'code')} />
          )}
          {mail && <Messages mail={mail} />}
          <World scene={scene} isSignedIn={screens.some(({ state }) => state === 'authenticated')} />
        </div>
        <StateChart seen={seen} />
        <Timeline entries={seen.entries} />
      </Fragment>
    </div>
  );
}
