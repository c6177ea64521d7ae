import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A copy of what building needs, beside an empty folder to be the PATH. */
async function copySources(): Promise<{ copy: string; tools: string }> {
  const folder = await temporaryFolder();
  const [copy, tools] = [join(folder, 'heed'), join(folder, 'tools')];
  await cp(join(root, 'src', 'native'), join(copy, 'src', 'native'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  await mkdir(tools);
  return { copy, tools };
}

interface Built {
  readonly code: number | null;
  readonly stdout: string;
  readonly lines: string[];
}

function build(copy: string, path: string, ...args: string[]): Promise<Built> {
  const script = join(copy, 'src', 'native', 'build', 'build.mjs');
  const env = { PATH: path, CXX: '/nonexistent/c++', HEED_NATIVE: '', 'ProgramFiles(x86)': path };
  return new Promise((resolve) => {
    const started = execFile(process.execPath, [script, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: started.exitCode, stdout, lines: stderr.trim().split('\n') }),
    );
  });
}

describe('building the native core', () => {
  it('says in one line that there is no compiler, and is content', async () => {
    const { copy, tools } = await copySources();
    const { code, stdout, lines } = await build(copy, tools);
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(lines).toEqual([
      expect.stringMatching(/^heed: the native core was not built \(.+\); Heed works without it, more slowly\.$/),
    ]);
    expect(await readdir(copy)).not.toContain('build');
  });

  it('fails without a compiler where it was asked for by name', async () => {
    const { copy, tools } = await copySources();
    expect(await build(copy, tools, '--strict')).toMatchObject({ code: 1, lines: [expect.stringMatching(/^heed: /)] });
  });

  it.skipIf(process.platform === 'win32')(
    'says in one line what a compiler objects to, and leaves no binary',
    async () => {
      const { copy, tools } = await copySources();
      const compiler = join(tools, 'c++');
      const script = `if [ "$1" = --version ]; then echo "c++ 1.0"; else
      echo "network.cpp: In function 'f':" >&2; echo "network.cpp:7:1: error: no such thing" >&2; exit 1; fi`;
      await writeFile(compiler, `#!/bin/sh\n${script}\n`);
      await chmod(compiler, 0o755);
      const { code, lines } = await build(copy, tools);
      expect(code).toBe(0);
      expect(lines).toEqual([expect.stringContaining('(network.cpp:7:1: error: no such thing)')]);
      expect(await readdir(join(copy, 'build', 'native'))).not.toContain('heed.node');
    },
  );
});
