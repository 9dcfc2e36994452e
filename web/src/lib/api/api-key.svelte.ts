const STORAGE_KEY = "portfolio.api-key";

/** The API key of this tab. It is forgotten when the tab is closed. */
class ApiKey {
  #value = $state(read());
  /** Whether the gateway refused a call for want of a valid key. */
  wanted = $state(false);

  get value(): string {
    return this.#value;
  }

  set value(key: string) {
    this.#value = key;
    this.wanted = false;
    try {
      window.sessionStorage.setItem(STORAGE_KEY, key);
    } catch {
      // Storage can be switched off; the key then lasts until the page is left.
    }
  }
}

function read(): string {
  try {
    return window.sessionStorage.getItem(STORAGE_KEY) ?? "";
  } catch {
    return "";
  }
}

export const apiKey = new ApiKey();
