import { writeAtomically } from '../../../atomic-write.ts';
import { importedFile, type ImportSettings } from '../../../model/import/import-model.ts';
import { parseRecipe } from '../../../model/import/recipe.ts';
import { readModelFile } from '../../../model/model-file.ts';
import { readWholeFile } from '../../../read-file.ts';
import type { ModelsFolder } from '../../../store/models-folder.ts';
import { newModelFile } from '../../../store/new-model-file.ts';
import { HEED_VERSION } from '../../../version.ts';
import type { modelImportCalls } from '../../contract/model-import-calls.ts';
import { describeModel } from '../model-description.ts';
import type { ModelLibrary } from '../model-library.ts';
import type { Handlers } from '../service.ts';

/** The handlers of the calls that bring in models. @param ownModelsFolder  where the user's own models lie */
export function createModelImportHandlers(
  models: ModelLibrary,
  modelsFolder: ModelsFolder,
  ownModelsFolder: string,
): Pick<Handlers, keyof typeof modelImportCalls> {
  // One after the other: two files of one name must not both find it free.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    'models.import': ({ name, bytes, ...about }) =>
      inTurn(async () => {
        const contents = importedFile(bytes, name, { ...about, heedVersion: HEED_VERSION, command: 'the studio' });
        const { id, path } = await newModelFile(modelsFolder, ownModelsFolder, name);
        await writeAtomically(path, contents);
        return (await models.list()).find((summary) => summary.id === id)!;
      }),
    import: async ({ file, out, recipe, command, ...given }) => {
      const about = recipe === undefined ? given : { ...given, ...(await withRecipe(recipe, given)) };
      const settings = { ...about, heedVersion: HEED_VERSION, command };
      await writeAtomically(out, importedFile(await readModelFile(file), file, settings));
      return describeModel(await models.byPath(out));
    },
  };
}

/** What a recipe says, where nothing else was named. */
async function withRecipe(
  path: string,
  given: Pick<ImportSettings, 'labels' | 'features' | 'mean' | 'deviation'>,
): Promise<Pick<ImportSettings, 'labels' | 'features' | 'mean' | 'deviation'>> {
  const recipe = parseRecipe(new TextDecoder().decode(await readWholeFile(path)), path);
  const named = Object.fromEntries(Object.entries(given.features ?? {}).filter(([, value]) => value !== undefined));
  return {
    labels: given.labels ?? recipe.labels,
    features: { ...recipe.features, ...named },
    mean: given.mean ?? recipe.mean,
    deviation: given.deviation ?? recipe.deviation,
  };
}
