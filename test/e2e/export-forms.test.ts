import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { type Browser, chromium as playwrightChromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { writeWav } from '../../src/audio/wav-write.ts';
import { createMeydaExtractor } from '../../src/features/meyda-extractor.ts';
import { EXPORT_FORMS, MAX_DIFFERENCE } from '../../src/model/export/forms.ts';
import type { ExportSession } from '../../src/model/export/form-runs.ts';
import { compareWithHeed } from '../../src/model/export/verify-export.ts';
import { writeExport } from '../../src/model/export/write-export.ts';
import { createClipRecogniser } from '../../src/model/recogniser.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { exampleModel, fillExampleFolder } from '../model/export/example-folder.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { chromium } from './executables.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves a folder on this computer, as `python -m http.server` does. */
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, 'http://host').pathname);
    readFile(join(folder, path === '/' ? 'index.html' : path)).then(
      (contents) => {
        response.setHeader('content-type', TYPES[extname(path) || '.html'] ?? 'application/octet-stream');
        response.end(contents);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(chromium === undefined)('exports in ONNX Runtime Web, in Chromium', () => {
  const model = exampleModel();
  const backend = createReferenceBackend();
  let browser: Browser;
  beforeAll(async () => {
    browser = await playwrightChromium.launch({ executablePath: chromium!, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function withPage(form: (typeof EXPORT_FORMS)[number], use: (page: Page) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'heed-browser-'));
    await fillExampleFolder(folder, model, form);
    const int8 = writeExport(model, { form, int8: true });
    await writeFile(join(folder, 'int8.onnx'), int8);
    const server = await serve(folder);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await use(page);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  it.each(EXPORT_FORMS)('the %s form gives our logits, in float32 and in eight bits', (form) =>
    withPage(form, async (page) => {
      for (const int8 of [false, true]) {
        const session = await openInPage(page, int8 ? 'int8.onnx' : 'model.onnx');
        const { arithmeticDifference } = await compareWithHeed(session, model, { form, int8 }, backend);
        expect(arithmeticDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[form]);
      }
    }),
  );

  it.each(EXPORT_FORMS)('the page of the %s form says which word a recording holds', (form) =>
    withPage(form, async (page) => {
      const recogniser = createClipRecogniser(model, backend, createMeydaExtractor(model.features));
      const word = page.getByRole('status');
      await expect.poll(() => word.innerText(), { timeout: 20_000 }).toBe('Ready.');
      for (const kind of ['chirp', 'hum'] as const) {
        const bytes = writeWav({ samples: synthesise(kind, 2).subarray(4000, 12_000), sampleRateHz: 16_000 });
        const posteriors = [...recogniser.posteriors(readWav(bytes, kind).sound.samples)];
        const score = Math.max(...posteriors);
        const recording = { name: `${kind}.wav`, mimeType: 'audio/wav', buffer: Buffer.from(bytes) };
        await page.getByLabel('A recording').setInputFiles(recording);
        const label = model.labels[posteriors.indexOf(score)]!;
        await expect.poll(() => word.innerText(), { timeout: 10_000 }).toMatch(/ [01]\.\d{3}$/);
        const [heard, heardScore] = (await word.innerText()).split(' ');
        expect(heard).toBe(label);
        expect(Number(heardScore)).toBeCloseTo(score, 2);
        await word.evaluate((element: { textContent: string }) => (element.textContent = ''));
      }
    }),
  );
});

type Values = Record<string, { data: number[]; dims: number[] }>;

/** In words of the page, as the test runner would rewrite an import. */
const OPEN = (file: string): string => `(async () => {
  const ort = await import('/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs');
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create('${file}');
  const each = (values, change) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
  globalThis.runExport = async (feeds) => {
    const outputs = await session.run(each(feeds, ({ data, dims }) => new ort.Tensor('float32', Float32Array.from(data), dims)));
    return each(outputs, ({ data, dims }) => ({ data: [...data], dims: [...dims] }));
  };
})()`;

/** ONNX Runtime Web with a file of the page's own folder, behind ONNX Runtime's interface. */
async function openInPage(page: Page, file: string): Promise<ExportSession> {
  await page.evaluate(OPEN(file));
  return {
    async run(feeds) {
      const inputs: Values = {};
      for (const [name, { data, dims }] of Object.entries(feeds))
        inputs[name] = { data: [...(data as Float32Array)], dims: [...dims] };
      const outputs = await page.evaluate<Values>(`runExport(${JSON.stringify(inputs)})`);
      const tensors = Object.entries(outputs).map(([name, { data, dims }]) => [
        name,
        new Tensor('float32', Float32Array.from(data), dims),
      ]);
      return Object.fromEntries(tensors) as Awaited<ReturnType<ExportSession['run']>>;
    },
  };
}
