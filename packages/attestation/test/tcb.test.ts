/** Status of a platform: which level is found, and how the statuses of the parts join. */
import { joinStatuses, type TcbStatus, verifyQuote } from "@enclavenet/attestation";
import { describe, expect, it } from "vitest";
import { forge } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { type EvidencePlan, honestPlan, NOW } from "./support/plan.ts";

type Change = (plan: EvidencePlan) => void;

function judged(tee: "sgx" | "tdx", change: Change) {
  const plan = honestPlan(tee);
  change(plan);
  const { quote, collateral } = forge(plan);
  const { tcb_status, advisory_ids } = verifyQuote(quote, collateral, { time: NOW, trustedRoots: [publicKey("root")] });
  return [tcb_status, [...advisory_ids]];
}

const zeros = (count: number): number[] => Array<number>(count).fill(0);

describe("joined statuses", () => {
  const cases: readonly (readonly [readonly TcbStatus[], TcbStatus])[] = [
    [["UpToDate", "UpToDate"], "UpToDate"],
    [["SWHardeningNeeded", "UpToDate"], "SWHardeningNeeded"],
    [["UpToDate", "OutOfDate"], "OutOfDate"],
    [["SWHardeningNeeded", "OutOfDate"], "OutOfDate"],
    [["ConfigurationNeeded", "OutOfDate"], "OutOfDateConfigurationNeeded"],
    [["ConfigurationAndSWHardeningNeeded", "OutOfDate"], "OutOfDateConfigurationNeeded"],
    [["OutOfDateConfigurationNeeded", "UpToDate"], "OutOfDateConfigurationNeeded"],
    [["ConfigurationNeeded", "SWHardeningNeeded"], "ConfigurationAndSWHardeningNeeded"],
    [["OutOfDate", "Revoked"], "Revoked"],
    [["Revoked", "UpToDate"], "Revoked"],
  ];
  it.each(cases)("%j is %s, in any order", (parts, whole) => {
    expect(joinStatuses(parts)).toBe(whole);
    expect(joinStatuses([...parts].reverse())).toBe(whole);
  });
});

describe("an enclave's platform", () => {
  it.each<[string, Change, unknown]>([
    ["at the best level", () => {}, ["UpToDate", []]],
    [
      "with one component too old",
      ({ platform }) => void platform.components.splice(1, 1, 8),
      ["OutOfDate", ["INTEL-SA-00001"]],
    ],
    [
      "with an older PCE",
      ({ platform }) => void Object.assign(platform, { pceSvn: 12 }),
      ["OutOfDate", ["INTEL-SA-00001"]],
    ],
    ["below every level", ({ platform }) => void platform.components.splice(0, 1, 0), ["NotSupported", []]],
    ["without levels", ({ tcbInfo }) => void Object.assign(tcbInfo, { levels: [] }), ["NotSupported", []]],
    [
      "with an older quoting enclave",
      ({ qeReport }) => void Object.assign(qeReport, { isvSvn: 7 }),
      ["OutOfDate", ["INTEL-SA-00003"]],
    ],
    [
      "with a quoting enclave below every level",
      ({ qeReport }) => void Object.assign(qeReport, { isvSvn: 0 }),
      ["NotSupported", []],
    ],
    [
      "that needs configuration, with an older quoting enclave",
      ({ tcbInfo, qeReport }) => {
        Object.assign(tcbInfo.levels[0]!, {
          status: "ConfigurationNeeded",
          advisories: ["INTEL-SA-00003", "INTEL-SA-00009"],
        });
        qeReport.isvSvn = 6;
      },
      ["OutOfDateConfigurationNeeded", ["INTEL-SA-00003", "INTEL-SA-00009"]],
    ],
  ])("%s", (_, change, expected) => {
    expect(judged("sgx", change)).toEqual(expected);
  });
});

describe("a trust domain's platform", () => {
  it.each<[string, Change, unknown]>([
    ["at the best level", () => {}, ["UpToDate", []]],
    [
      "whose module's version is judged by the module's own levels, not by the platform's",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [4, 1, 2, ...zeros(13)] }),
      ["UpToDate", []],
    ],
    [
      "with an older module",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [3, 1, 2, ...zeros(13)] }),
      ["OutOfDate", ["INTEL-SA-00002"]],
    ],
    [
      "with a module below every level",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [1, 1, 2, ...zeros(13)] }),
      ["NotSupported", []],
    ],
    [
      "with another component too old",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [5, 1, 1, ...zeros(13)] }),
      ["OutOfDate", ["INTEL-SA-00001"]],
    ],
    [
      "with a module of version 0, judged by the platform's levels",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [5, 0, 2, ...zeros(13)] }),
      ["UpToDate", []],
    ],
    [
      "with an older module of version 0",
      ({ body }) => void Object.assign(body, { teeTcbSvn: [4, 0, 2, ...zeros(13)] }),
      ["OutOfDate", ["INTEL-SA-00001"]],
    ],
    [
      "with a module of version 0 although the list knows one of that number",
      ({ body, tcbInfo }) => {
        body.teeTcbSvn = [5, 0, 2, ...zeros(13)];
        tcbInfo.modules.push({ ...tcbInfo.modules[0]!, id: "TDX_00", levels: [] });
      },
      ["UpToDate", []],
    ],
    [
      "with TCB information of version 2, which knows no domains",
      ({ tcbInfo }) => void Object.assign(tcbInfo, { version: 2, id: "SGX" }),
      ["NotSupported", []],
    ],
  ])("%s", (_, change, expected) => {
    expect(judged("tdx", change)).toEqual(expected);
  });

  it("of module version 0 is held to the description of that one", () => {
    const plan = honestPlan("tdx");
    plan.body.teeTcbSvn = [5, 0, 2, ...zeros(13)];
    plan.tcbInfo.moduleZero.mrsigner = "01".repeat(48);
    const { quote, collateral } = forge(plan);
    const { valid, checks } = verifyQuote(quote, collateral, { time: NOW, trustedRoots: [publicKey("root")] });
    expect([valid, checks.filter(({ ok }) => !ok).map(({ name }) => name)]).toEqual([false, ["tdx_module"]]);
  });
});
