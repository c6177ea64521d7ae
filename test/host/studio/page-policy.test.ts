import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, pageHeaders } from '../../../src/host/studio/page-policy.ts';

function directives(policy: string): Map<string, string[]> {
  return new Map(policy.split('; ').map((directive) => [directive.split(' ')[0]!, directive.split(' ').slice(1)]));
}

describe('the content security policy', () => {
  it('allows nothing inline, nothing evaluated and no other host', () => {
    const policy = contentSecurityPolicy();
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  it('allows nothing that it does not name, and scripts and workers from its own origin only', () => {
    const named = directives(contentSecurityPolicy());
    expect(named.get('default-src')).toEqual(["'none'"]);
    expect(named.get('script-src')).toEqual(["'self'"]);
    expect(named.get('worker-src')).toEqual(["'self'"]);
  });

  it('lets nobody frame the page, and the page send no form and change no base', () => {
    const named = directives(contentSecurityPolicy());
    for (const name of ['frame-ancestors', 'form-action', 'base-uri']) expect(named.get(name)).toEqual(["'none'"]);
  });

  it('lets the page connect to the engine it is given, and only there', () => {
    const named = directives(contentSecurityPolicy(['ws://127.0.0.1:7433']));
    expect(named.get('connect-src')).toEqual(["'self'", 'ws://127.0.0.1:7433']);
  });
});

describe('the headers of a page', () => {
  it('give the microphone to the page itself and the camera to nobody', () => {
    const policy = pageHeaders()['Permissions-Policy'];
    expect(policy).toContain('microphone=(self)');
    expect(policy).toContain('camera=()');
  });

  it('forbid guessing at types and telling others where one came from', () => {
    expect(pageHeaders()).toMatchObject({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
  });
});
