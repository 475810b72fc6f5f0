/** A message of `strings.proto`: twelve articles, most of them in Chinese or Japanese, with emoji. */
export function buildLibrary(random) {
  return { articles: Array.from({ length: 12 }, (_, i) => article(random, scripts[i % scripts.length])) };
}

const scripts = [
  { lang: "zh-Hans", letters: letters(0x4e00, 2000), wordLength: 12, emoji: 0.2 },
  { lang: "ja", letters: letters(0x3041, 80) + letters(0x30a1, 80) + letters(0x5000, 800), wordLength: 14, emoji: 0.3 },
  { lang: "ko", letters: letters(0xac00, 3000), wordLength: 5, emoji: 0.1 },
  { lang: "en", letters: "abcdefghijklmnopqrstuvwxyz", wordLength: 6, emoji: 0.05 },
];

const emoji = [..."😀🎉🚀🌍🍜📦🔥✅💡🐼"];

function article(random, script) {
  return {
    title: sentence(random, script, 4),
    author: sentence(random, script, 1),
    lang: script.lang,
    body: sentence(random, script, Math.round(1665 / script.wordLength)),
    tags: Array.from({ length: 4 }, () => sentence(random, script, 1)),
  };
}

function sentence(random, { letters, wordLength, emoji: share }, words) {
  return Array.from({ length: words }, () => {
    const word = random.text(wordLength, letters);
    return random.chance(share) ? word + random.pick(emoji) : word;
  }).join(" ");
}

function letters(from, count) {
  return String.fromCharCode(...Array.from({ length: count }, (_, i) => from + i));
}
