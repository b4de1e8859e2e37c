// The operators that the sandbox lists. Real gateways have other lists, so the service asks for them.

export interface SandboxOperator {
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly currencies: readonly string[];
  /** How many decimals of an amount it accepts; null if the gateway does not say. */
  readonly amount_decimals: number | null;
}

const operator = (code: string, name: string, currency: string, amount_decimals: number | null): SandboxOperator => {
  return { code, name, country: code.slice(-2).toUpperCase(), currencies: [currency], amount_decimals };
};

export const OPERATORS: readonly SandboxOperator[] = [
  operator('mpesa-ke', 'M-Pesa', 'KES', 0),
  operator('airtel-ke', 'Airtel Money', 'KES', 2),
  operator('mtn-ug', 'MTN MoMo', 'UGX', 0),
  operator('airtel-ug', 'Airtel Money', 'UGX', 0),
  operator('mtn-gh', 'MTN MoMo', 'GHS', 2),
  operator('telecel-gh', 'Telecel Cash', 'GHS', 2),
  operator('mtn-ng', 'MTN MoMo', 'NGN', null),
  operator('mtn-rw', 'MTN MoMo', 'RWF', 0),
  operator('orange-ci', 'Orange Money', 'XOF', 0),
  operator('flouci-tn', 'Flouci', 'TND', 3),
];

export const CURRENCIES: readonly string[] = [...new Set(OPERATORS.flatMap(({ currencies }) => currencies))];
