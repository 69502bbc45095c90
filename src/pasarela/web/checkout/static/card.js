// Helps to type a card: groups its digits, shows its scheme, says at once what can't be right. Decides nothing: the
// server checks everything again, and the page works without this. Its texts come from the page.
"use strict";
(() => {
  const form = document.getElementById("card");
  const field = (name) => document.getElementById(name);
  const names = ["cc-number", "cc-name", "cc-exp-month", "cc-exp-year", "cc-csc"];
  const digitsOf = (text) => text.replace(/\D/g, "");
  const CARNET = /^(286900|502275|606333|627535|636318|636379|639388|639484|639559|588772|604622|506(199|[2-4]\d\d))/;

  function brandOf(digits) {
    if (CARNET.test(digits)) return "carnet";
    if (/^4/.test(digits)) return "visa";
    if (/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(digits)) return "mastercard";
    if (/^3[47]/.test(digits)) return "american_express";
    if (/^(30[0-5]|3[68])/.test(digits)) return "diners";
    return "";
  }

  function passesLuhn(digits) {
    let sum = 0;
    for (let place = 0; place < digits.length; place += 1) {
      let digit = Number(digits[digits.length - 1 - place]);
      if (place % 2) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
    return sum % 10 === 0;
  }

  function grouped(digits) {
    const sizes = brandOf(digits) === "american_express" ? [4, 6, 5] : [4, 4, 4, 4, 3];
    const groups = [];
    let from = 0;
    for (const size of sizes) {
      if (from >= digits.length) break;
      groups.push(digits.slice(from, from + size));
      from += size;
    }
    return groups.join(" ");
  }

  // What is wrong with a field, as the name of the text that says so; "" for nothing.
  const checks = {
    "cc-number": (text) => {
      const digits = digitsOf(text);
      if (!digits) return "missing";
      if (/[^\d\s-]/.test(text) || digits.length < 13 || !passesLuhn(digits)) return "wrong";
      return brandOf(digits) ? "" : "brand";
    },
    "cc-name": (text) => (text.trim() ? "" : "missing"),
    "cc-exp-month": (text) => (!text.trim() ? "missing" : /^(0?[1-9]|1[0-2])$/.test(text.trim()) ? "" : "wrong"),
    "cc-exp-year": (text) => {
      if (!text.trim()) return "missing";
      if (!/^(20)?\d\d$/.test(text.trim())) return "wrong";
      const month = field("cc-exp-month").value.trim().padStart(2, "0");
      const last = "20" + text.trim().slice(-2) + "-" + month;
      return checks["cc-exp-month"](month) === "" && last < form.dataset.today ? "expired" : "";
    },
    "cc-csc": (text) => (!text.trim() ? "missing" : /^\d{3,4}$/.test(text.trim()) ? "" : "wrong"),
  };

  function show(name, text) {
    const input = field(name);
    const told = field(name + "-error");
    told.textContent = text;
    told.hidden = !text;
    input.closest(".field").classList.toggle("wrong", Boolean(text));
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function check(name) {
    const input = field(name);
    const wrong = checks[name](input.value);
    const text = wrong ? input.dataset[wrong] : "";
    show(name, text);
    return text;
  }

  function summarise(found) {
    const box = field("errors");
    const title = document.createElement("p");
    title.className = "alert-title";
    title.textContent =
      found.length === 1 ? form.dataset.errorsOne : form.dataset.errorsMany.replace("#", String(found.length));
    const list = document.createElement("ul");
    for (const [name, text] of found) {
      const link = document.createElement("a");
      link.href = "#" + name;
      link.textContent = text;
      list.appendChild(document.createElement("li")).appendChild(link);
    }
    box.replaceChildren(title, list);
    box.hidden = false;
  }

  // What the card's first digits allow: months for credit cards, points for those that collect them.
  let asked = "";
  function offer(name, offered) {
    const part = document.querySelector('[data-offer="' + name + '"]');
    if (!part) return;
    part.hidden = !offered;
    if (!offered) {
      part.querySelector("select").selectedIndex = 0;
      show(name, "");
    }
  }

  async function askWhatItAllows(digits) {
    const first = digits.slice(0, 6);
    if (first.length < 6 || first === asked) return;
    asked = first;
    try {
      const answer = await fetch(form.dataset.facts, { method: "POST", body: new URLSearchParams({ bin: first }) });
      if (!answer.ok || asked !== first) return;
      const facts = await answer.json();
      offer("payments", facts.instalments);
      offer("points", facts.points);
    } catch {
      offer("payments", true);
      offer("points", true);
    }
  }

  const number = field("cc-number");
  function numberTyped() {
    const digits = digitsOf(number.value).slice(0, 19);
    const before = digitsOf(number.value.slice(0, number.selectionStart)).length;
    const text = grouped(digits);
    if (text !== number.value && !/[^\d\s-]/.test(number.value)) {
      number.value = text;
      let caret = 0;
      for (let seen = 0; caret < text.length && seen < before; caret += 1) if (text[caret] !== " ") seen += 1;
      number.setSelectionRange(caret, caret);
    }
    const brand = digits.length > 1 ? brandOf(digits) : "";
    const box = number.closest(".field");
    box.classList.toggle("known", Boolean(brand));
    for (const mark of box.querySelectorAll("[data-brand]")) mark.classList.toggle("this", mark.dataset.brand === brand);
    const spoken = brand.replace("_", " ");
    if (field("brand").textContent !== spoken) field("brand").textContent = spoken;
    askWhatItAllows(digits);
  }

  function tellOfBrowser() {
    const facts = {
      js: "1",
      colorDepth: screen.colorDepth,
      screenHeight: screen.height,
      screenWidth: screen.width,
      tz: new Date().getTimezoneOffset(),
    };
    for (const [name, value] of Object.entries(facts)) {
      const hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = name;
      hidden.value = String(value);
      form.appendChild(hidden);
    }
  }

  let sent = false;
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    const found = names.map((name) => [name, check(name)]).filter(([, text]) => text);
    if (found.length) {
      event.preventDefault();
      summarise(found);
      field(found[0][0]).focus();
      return;
    }
    sent = true;
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.processing;
    field("progress").textContent = form.dataset.processing;
  });
  // A text that appears while the button is being pressed would move the button away from under the finger.
  let pressing = false;
  form.addEventListener("pointerdown", (event) => {
    pressing = Boolean(event.target.closest("button"));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, () => {
      pressing = false;
    });
  }
  for (const name of names) {
    field(name).addEventListener("change", () => pressing || check(name));
    field(name).addEventListener("input", () => {
      if (field(name).getAttribute("aria-invalid")) check(name);
    });
  }
  number.addEventListener("input", numberTyped);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  offer("payments", false);
  offer("points", false);
  for (const name of ["payments", "points"]) {
    const select = field(name);
    if (select && select.getAttribute("aria-invalid")) offer(name, true);
  }
  if (number.value) numberTyped();
  if ("browser" in form.dataset) tellOfBrowser();
})();
