// The contract of providers over every row of the registry, and over a provider that only tests have.
import { expect, test } from 'vitest';
import { DEFAULT_PROVIDER } from '../../src/providers/default-provider.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { providerContract } from '../contract/provider/contract.ts';
import { TINY_SAMPLE } from '../contract/provider/tiny/sample.ts';
import { SAMPLES } from './samples.ts';

for (const sample of [...SAMPLES, TINY_SAMPLE]) providerContract(sample);

test('every row of the registry has a sample, and a name of its own', () => {
  expect(SAMPLES.map(({ provider }) => provider)).toEqual(PROVIDERS);
  expect(new Set(PROVIDERS.map(({ name }) => name)).size).toBe(PROVIDERS.length);
});

test('the first row is the provider that is meant where nobody names one', () => {
  expect(PROVIDERS[0].name).toBe(DEFAULT_PROVIDER);
});
