import type { Auth } from 'etna-auth';
import { useSyncExternalStore } from 'react';
import { openProgram, type ProgramScene } from './program-scene.ts';
import { firstScenario, type Scenario, scenarioAt } from './scenarios.ts';
import { type Broker, openScenario, openServer, type Scene } from './scene.ts';

declare global {
  interface Window {
    /** The current login, for the console. A program has none of its own. */
    auth?: Auth | undefined;
  }
}

const listeners = new Set<() => void>();
/** The address of the section for a real server. */
export const yourServer = '#your-server';
let scenario = scenarioAt(location.hash) ?? firstScenario;
let current = open(scenario);
expose(current);

addEventListener('hashchange', () => {
  const chosen = location.hash ? scenarioAt(location.hash) : firstScenario;
  // Sections of the page have addresses too. Coming back from one must not change the login.
  if (!chosen || chosen === scenarioOf(current)) return;
  scenario = chosen;
  startOver();
});

function open(chosen: Scenario): Scene | ProgramScene {
  return chosen.isProgram ? openProgram(chosen) : openScenario(chosen);
}

function expose(scene: Scene | ProgramScene): void {
  window.auth = 'auth' in scene ? scene.auth : undefined;
}

/** What the server of a scene does; `null` for a real one. */
export const scenarioOf = (scene: Scene | ProgramScene): Scenario | null =>
  'scenario' in scene ? scene.scenario : (scene.server?.scenario ?? null);

function show(scene: Scene | ProgramScene): void {
  current[Symbol.dispose]();
  current = scene;
  expose(scene);
  for (const listener of listeners) listener();
}

/** Starts the chosen scenario from its beginning. */
export function startOver(): void {
  show(open(scenario));
  history.replaceState(null, '', `#${scenario.name}`);
}

/** Shows a login to a real server, whose address does not appear in the page's address. */
export function connect(broker: Broker): void {
  show(openServer(broker));
  if (location.hash !== yourServer) history.pushState(null, '', yourServer);
}

/** The current scene. */
export function useScene(): Scene | ProgramScene {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
