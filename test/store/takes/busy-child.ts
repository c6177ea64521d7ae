// Records, imports, renames, moves and takes back until it is killed. Tells on standard output, one JSON line each, what
// was done: only what it has told counts as finished. Arguments: the data folder, a seed.
import { createRandom } from '../../../src/random.ts';
import { TakesStore } from '../../../src/store/takes/takes-store.ts';
import { newTake } from './new-take.ts';

const [home, seed] = [process.argv[2]!, Number(process.argv[3])];
const random = createRandom(seed, 'busy child');
const store = new TakesStore(home, (message) => tell({ message }));
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const wordOf = async (): Promise<string> => {
  const words = (await store.listWords()).words.map(({ label }) => label).filter((label) => !label.startsWith('_'));
  return words.length < 3 ? `word ${seed} ${random.integer(1e6)}` : words[random.integer(words.length)]!;
};

tell({ ready: true });
for (let step = 0; ; step++) {
  const word = await wordOf();
  const origin = `${seed}.${step}`;
  switch (random.integer(5)) {
    case 0:
    case 1: {
      const { id } = await store.addTake({ ...newTake(word, step + 1), origin });
      tell({ kept: [id] });
      break;
    }
    case 2: {
      const takes = await store.addTakes(Array.from({ length: 4 }, (_, i) => ({ ...newTake(word, i + 1), origin })));
      tell({ kept: takes.map(({ id }) => id) });
      break;
    }
    case 3:
      if ((await store.listTakes(word)).length > 0) await store.renameWord(word, `word ${seed} ${step} renamed`);
      break;
    default: {
      const ids = (await store.listTakes(word)).map(({ id }) => id);
      if (ids.length === 0) break;
      await store.deleteTakes(ids);
      await store.undo();
    }
  }
}
