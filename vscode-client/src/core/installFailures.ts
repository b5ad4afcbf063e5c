import { t } from "./localize";

/** What pip and uv print when the network is in the way, and what that means for a person. */
const FAILURES: readonly (readonly [RegExp, () => string])[] = [
  [
    /ProxyError|Cannot connect to proxy|407 Proxy|proxy.*(refused|denied|authentication)/i,
    () => t("The proxy did not let the download through. Look at the setting http.proxy."),
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|invalid peer certificate|SSLError|certificate verify failed/i,
    () =>
      t(
        "The certificate of PyPI was not accepted. Where a company's proxy opens connections, its certificate belongs into the variable SSL_CERT_FILE.",
      ),
  ],
  [/No space left on device|ENOSPC|disk (is )?full/i, () => t("The disk is full.")],
  [
    /NewConnectionError|Name or service not known|Temporary failure in name resolution|getaddrinfo|Connection refused|ConnectTimeout|timed out|dns error|error sending request|failed to lookup|Network is unreachable|\(from versions: none\)/i,
    () =>
      t(
        "PyPI could not be reached. Is this machine online? A proxy belongs into the setting http.proxy; without a network, name your own server in dowse.server.command.",
      ),
  ],
];

/** Why an installation failed, in words for people; undefined where the output does not tell. */
export function explainOutput(output: string): string | undefined {
  return FAILURES.find(([pattern]) => pattern.test(output))?.[1]();
}
