import type { ReactNode } from 'react';
import type { ModelCard } from '../../src/engine/contract/models-calls.ts';
import { displayLabel } from '../format.ts';
import { strings } from '../strings.ts';
import { formatBytes, formatShare } from './figures.ts';

/** What a model file says about itself: its words, scores, how it was made, what it hears. */
export function ModelCardView({ card }: { readonly card: ModelCard }) {
  const text = strings.models;
  const { network, features, decision, provenance } = card;
  const milliseconds = (samples: unknown): string =>
    ((1000 * Number(samples)) / Number(features['sampleRateHz'])).toFixed(0);
  return (
    <div className="card">
      <section>
        <h3>{text.words}</h3>
        <ul role="list" className="card-words">
          {card.labels.map((label) => (
            <li key={label} data-word={!label.startsWith('_')}>
              {displayLabel(label)}
            </li>
          ))}
        </ul>
      </section>
      {card.scores.map((score, index) => (
        <section key={index}>
          <h3>{text.measured}</h3>
          <p>{text.measuredOn(score.measuredOn, score.clipCount)}</p>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{text.word}</th>
                <th scope="col">{text.right}</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(score.perLabel).map(([label, accuracy]) => (
                <tr key={label}>
                  <th scope="row">{displayLabel(label)}</th>
                  <td>{formatShare(accuracy)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{text.overall}</th>
                <td>{formatShare(score.accuracy)}</td>
              </tr>
            </tfoot>
          </table>
        </section>
      ))}
      <section>
        <h3>{text.made}</h3>
        <dl className="facts">
          {(['madeBy', 'trainedOn', 'attribution', 'epochs', 'seed', 'heedVersion'] as const).map((key) => (
            <Fact key={key} name={text.facts[key]}>
              {provenance[key]}
            </Fact>
          ))}
        </dl>
      </section>
      <section>
        <h3>{text.hears}</h3>
        <dl className="facts">
          <Fact name={text.facts.network}>
            {text.network(
              network.layerCount,
              network.cell,
              network.hiddenSize,
              network.parameterCount.toLocaleString('en'),
            )}
          </Fact>
          <Fact name={text.facts.frames}>
            {text.frames(
              Number(features['windowFrames']),
              milliseconds(features['hopLength']),
              milliseconds(features['frameLength']),
            )}
          </Fact>
          <Fact name={text.facts.features}>
            {text.features(Number(features['coefficients']), Number(features['melBands']), card.featureHash)}
          </Fact>
          <Fact name={text.facts.decision}>
            {text.decision(decision.stepMs, decision.smoothingMs, decision.refractoryMs)}
          </Fact>
          <Fact name={text.facts.size}>{formatBytes(card.bytes)}</Fact>
          <Fact name={text.facts.file}>{card.file}</Fact>
        </dl>
      </section>
    </div>
  );
}

/** A line of a card; left out where there is nothing to say. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
