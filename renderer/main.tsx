import '@fontsource-variable/inter/index.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forced-colors.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectEngine, type HeedBridge } from '../src/engine/transports/page/connect.ts';
import { asHeedError } from '../src/errors.ts';
import { App } from './app.tsx';
import { openMicrophone } from './capture/microphone.ts';
import { strings } from './strings.ts';
import { createStudio } from './studio/studio.ts';

const root = createRoot(document.getElementById('root')!);

connectEngine().then(
  (engine) => {
    const studio = createStudio(engine, openMicrophone, (globalThis as { heed?: HeedBridge }).heed);
    // A page that goes away must not leave the microphone's light on.
    window.addEventListener('pagehide', () => {
      studio.listener.stop();
      studio.recorder.stop();
    });
    root.render(
      <StrictMode>
        <App studio={studio} />
      </StrictMode>,
    );
  },
  (error: unknown) => {
    document.title = strings.title(strings.failure.title);
    root.render(
      <main className="failure" role="alert">
        <h1>{strings.failure.title}</h1>
        <p>{asHeedError(error).message}</p>
        <p>{strings.failure.advice}</p>
      </main>,
    );
  },
);
