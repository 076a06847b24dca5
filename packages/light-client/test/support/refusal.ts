/** Which rule a verifier named when it refused. */
import { LightClientError } from "@enclavenet/light-client";

/** Code of the refusal, or "accepted". Anything that is not a typed refusal is a defect and passes through. */
export function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof LightClientError) return error.code;
    throw error;
  }
  return "accepted";
}
