/**
 * Query methods that contracts may call by their path (spec 03 §4.6); some belong to modules that do not exist here yet.
 * @module
 */

const METHODS: Readonly<Record<string, readonly string[]>> = {
  "cosmos.auth.v1beta1": ["Account", "Params"],
  "cosmos.bank.v1beta1": ["Balance", "DenomMetadata", "SupplyOf", "Params"],
  "cosmos.distribution.v1beta1": ["Params", "DelegatorWithdrawAddress", "FoundationTax", "ValidatorCommission"],
  "cosmos.feegrant.v1beta1": ["Allowance"],
  "cosmos.gov.v1beta1": ["Deposit", "Params", "Proposal", "Vote"],
  "cosmos.mint.v1beta1": ["Params", "Inflation", "AnnualProvisions"],
  "cosmos.params.v1beta1": ["Params"],
  "cosmos.slashing.v1beta1": ["Params", "SigningInfo"],
  "cosmos.staking.v1beta1": ["Validator", "Delegation", "UnbondingDelegation", "Params"],
  "ibc.applications.transfer.v1": ["DenomHash", "DenomTrace", "Params"],
  "secret.compute.v1beta1": [
    "ContractInfo",
    "CodeHashByContractAddress",
    "CodeHashByCodeId",
    "LabelByAddress",
    "AddressByLabel",
    "ContractsByCodeId",
  ],
};

/** Full paths, `/package.Query/Method`. */
export const STARGATE_QUERIES: ReadonlySet<string> = new Set(
  Object.entries(METHODS).flatMap(([name, methods]) => methods.map((method) => `/${name}.Query/${method}`)),
);
