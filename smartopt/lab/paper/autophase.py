"""AutoPhase ([39]) in the training regime of CompilerGym ([27]): an agent appends pass after pass (section IV-B).

Paper's details:

* The program is a vector of 56 numbers (``autophase_features``). As in [27] they are divided by the program's first
  instruction count, and a histogram of the actions so far stands beside them.
* 45 actions, and episodes of 45 steps, no early end. At inference the agent is greedy, each step is a compilation, and
  what stands after the last step is the result. With -Oz as backup, -Oz is one more.
* The reward of a step is the number of instructions that it saves, as a share of what -Oz saves from the start
  (``IrInstructionCountOz`` of [27]), or of a tenth of the function where that is more: functions of the trusted arm are
  simplified already, and -Oz saves nothing of many. A pass that crashes changes nothing.
* PPO ([42]) with a clipped objective, generalised advantage estimation, an entropy bonus, Adam; two hidden layers of
  256 with tanh for policy and value, as RLlib's default. [27] trains 100,000 episodes and validates now and then; the
  best weights by validation are kept. Hyperparameters below are [42]'s and RLlib's where they name one.
* The legacy pass manager's passes are mapped to those that this LLVM has (``arms.AUTOPHASE_ACTIONS``).

One file, after CleanRL's habit; stable-baselines3 would bring gymnasium and pandas for 100 lines of PPO.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .arms import ARMS, Arm
from .autophase_features import NAMES, autophase_features
from .compiler import Compiler, Outcome
from .counts import choices, table_rows
from .functions import Sample, arm_of, samples
from .kept import keep_choices
from .study import Study, read_json, write_json

__all__ = ["train_and_test"]

STEPS: Final = 45
ACTIONS: Final = 45
EPISODES: Final = 10
"""Played side by side between two updates: 450 steps."""
EPOCHS: Final = 6
MINIBATCH: Final = 128
RATE: Final = 3e-4
CLIP: Final = 0.2
DISCOUNT: Final = 1.0
LAMBDA: Final = 0.95
ENTROPY: Final = 0.01
VALUE: Final = 0.5
NORM: Final = 0.5
WIDTH: Final = 256
VALIDATIONS: Final = 12
"""How often validation functions are played in a training."""
VALIDATED: Final = 100
"""Validation functions of each time."""

Floats = npt.NDArray[np.float32]


@dataclass
class Played:
    """Episodes side by side: observations (steps, episodes, numbers), actions, log-probabilities, values, rewards."""

    seen: Floats
    actions: npt.NDArray[np.int64]
    logs: Floats
    values: Floats
    rewards: Floats
    texts: list[str]
    counts: list[int]


def train_and_test(study: Study) -> dict[str, Any]:
    """Train an agent for each arm and play every test function."""
    return {name: _arm(study, name) for name in ARMS}


def _arm(study: Study, name: str) -> dict[str, Any]:
    import torch

    torch.set_num_threads(study.jobs)
    torch.manual_seed(study.seed)
    arm = arm_of(study, name)
    train, validation, test = (samples(study, name, split) for split in ("train", "validation", "test"))
    agent = _agent(len(NAMES) + ACTIONS)
    with Compiler(study.toolchain) as compiler:
        play = _Player(arm, compiler)
        log = _train(study, name, agent, play, train, validation)
        agent.load_state_dict(torch.load(study.data_path(f"autophase-{name}.pt"), weights_only=True)["best"])
        found = _measured(play, agent, test)
        deaths = dict(compiler.deaths)
    chosen = choices(test, found, [False] * len(test), [STEPS] * len(test))
    keep_choices(study, name, "autophase", test, chosen)
    return {
        **table_rows(test, chosen, study.scale.draws, study.seed),
        "actions": list(play.actions),
        "training": log,
        "deaths": deaths,
    }


def _agent(inputs: int) -> Any:
    """A torch module: observations -> logits over actions and values."""
    from torch import nn

    class Agent(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.policy = nn.Sequential(
                nn.Linear(inputs, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, ACTIONS)
            )
            self.value = nn.Sequential(
                nn.Linear(inputs, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1)
            )

        def forward(self, seen: Any) -> tuple[Any, Any]:
            return self.policy(seen), self.value(seen).squeeze(-1)

    return Agent()


class _Player:
    """Plays episodes with an agent."""

    def __init__(self, arm: Arm, compiler: Compiler) -> None:
        self.actions = arm.actions(ACTIONS)
        self.arm, self.compiler = arm, compiler
        self.pipelines = [arm.spell((name,)) for name in self.actions]
        self._features: dict[int, Floats] = {}

    def play(self, agent: Any, functions: Sequence[Sample], choose: Callable[[Any], Any]) -> Played:
        """One episode of each function; ``choose`` takes logits (episodes x actions) and gives actions."""
        import torch

        many = len(functions)
        texts = [sample.text for sample in functions]
        counts = [sample.instructions for sample in functions]
        scale = np.array([max(1.0, s.instructions - s.oz_instructions, s.instructions / 10) for s in functions])
        first = np.array([max(1, s.instructions) for s in functions], dtype=np.float32)
        history = np.zeros((many, ACTIONS), dtype=np.float32)
        seen = np.zeros((STEPS, many, len(NAMES) + ACTIONS), dtype=np.float32)
        actions = np.zeros((STEPS, many), dtype=np.int64)
        logs, values, rewards = (np.zeros((STEPS, many), dtype=np.float32) for _ in range(3))
        for step in range(STEPS):
            seen[step, :, : len(NAMES)] = np.stack([self._read(text) for text in texts]) / first[:, None]
            seen[step, :, len(NAMES) :] = history / STEPS
            with torch.no_grad():
                logits, value = agent(torch.from_numpy(seen[step]))
                taken = choose(logits)
                logs[step] = torch.log_softmax(logits, 1).gather(1, taken[:, None])[:, 0].numpy()
            values[step], actions[step] = value.numpy(), taken.numpy()
            jobs = [(text, self.pipelines[action]) for text, action in zip(texts, actions[step], strict=True)]
            for number, outcome in enumerate(self.compiler.run(jobs, give=True)):
                history[number, actions[step, number]] += 1
                if outcome.ok:
                    rewards[step, number] = (counts[number] - outcome.instructions) / scale[number]
                    texts[number], counts[number] = outcome.text, outcome.instructions
        return Played(seen, actions, logs, values, rewards, texts, counts)

    def _read(self, text: str) -> Floats:
        key = hash(text)
        if key not in self._features:
            if len(self._features) > 100_000:
                self._features.clear()
            self._features[key] = autophase_features(text)
        return self._features[key]


def _sampled(logits: Any) -> Any:
    import torch

    return torch.distributions.Categorical(logits=logits).sample()


def _greedy(logits: Any) -> Any:
    return logits.argmax(1)


def _train(
    study: Study, name: str, agent: Any, player: _Player, train: list[Sample], validation: list[Sample]
) -> list[dict[str, float]]:
    """PPO for ``Scale.autophase_steps`` steps; keeps the best weights by validation, and goes on where it was."""
    import torch

    optimizer = torch.optim.Adam(agent.parameters(), lr=RATE)
    place, log_place = study.data_path(f"autophase-{name}.pt"), study.data_path(f"autophase-{name}.json")
    updates = max(1, study.scale.autophase_steps // (STEPS * EPISODES))
    every = max(1, updates // VALIDATIONS)
    begun, log = 0, []
    if place.exists() and log_place.exists():
        state = torch.load(place, weights_only=True)
        agent.load_state_dict(state["last"])
        optimizer.load_state_dict(state["optimizer"])
        log = read_json(log_place)["log"]
        begun = int(log[-1]["update"]) if log else 0
    best = max((row["validation"] for row in log), default=-float("inf"))
    kept = {key: value.clone() for key, value in agent.state_dict().items()}
    if log:
        kept = torch.load(place, weights_only=True)["best"]
    checked = validation[:VALIDATED]
    for update in range(begun, updates):
        study.check_time()
        rng = random.Random(f"{study.seed} {update}")
        torch.manual_seed(study.seed * 1_000_003 + update)
        played = player.play(agent, [rng.choice(train) for _ in range(EPISODES)], _sampled)
        _learn(agent, optimizer, played)
        if (update + 1) % every == 0 or update + 1 == updates:
            score = _score(player, agent, checked)
            gain = float(played.rewards.sum(0).mean())
            log.append({"update": update + 1, "steps": (update + 1) * STEPS * EPISODES, "reward": round(gain, 4),
                        "validation": round(score, 4)})  # fmt: skip
            if score > best:
                best, kept = score, {key: value.clone() for key, value in agent.state_dict().items()}
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(".part")
            torch.save({"last": agent.state_dict(), "best": kept, "optimizer": optimizer.state_dict()}, part)
            part.rename(place)
            write_json(log_place, {"log": log})
            study.say(f"{name}: step {log[-1]['steps']:,}, reward {gain:.3f}, validation {score:+.2f}% of -Oz")
    return log


def _learn(agent: Any, optimizer: Any, played: Played) -> None:
    """Some epochs of PPO's clipped objective over the episodes."""
    import torch

    advantages = np.zeros_like(played.rewards)
    running = np.zeros(played.rewards.shape[1], dtype=np.float32)
    for step in reversed(range(STEPS)):
        following = played.values[step + 1] if step + 1 < STEPS else 0.0
        delta = played.rewards[step] + DISCOUNT * following - played.values[step]
        running = delta + DISCOUNT * LAMBDA * running
        advantages[step] = running
    returns = torch.from_numpy((advantages + played.values).ravel())
    seen = torch.from_numpy(played.seen.reshape(-1, played.seen.shape[2]))
    actions = torch.from_numpy(played.actions.ravel())
    before = torch.from_numpy(played.logs.ravel())
    gains = torch.from_numpy(advantages.ravel())
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(actions)).split(MINIBATCH):
            logits, values = agent(seen[rows])
            every = torch.log_softmax(logits, 1)
            logs = every.gather(1, actions[rows, None])[:, 0]
            own = gains[rows]
            own = (own - own.mean()) / (own.std() + 1e-8)
            ratio = (logs - before[rows]).exp()
            objective = torch.minimum(ratio * own, ratio.clamp(1 - CLIP, 1 + CLIP) * own).mean()
            entropy = -(every.exp() * every).sum(1).mean()
            loss = -objective + VALUE * (values - returns[rows]).square().mean() - ENTROPY * entropy
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(agent.parameters(), NORM)
            optimizer.step()


def _score(player: _Player, agent: Any, functions: list[Sample]) -> float:
    """The greedy agent's improvement over -Oz in per cent of its instructions."""
    if not functions:
        return 0.0
    counts = player.play(agent, functions, _greedy).counts
    base = sum(sample.oz_instructions for sample in functions)
    return 100 * (base - sum(counts)) / max(1, base)


def _measured(player: _Player, agent: Any, functions: list[Sample], at_once: int = 64) -> list[Outcome]:
    """What the greedy agent makes of each function, with bytes."""
    found: list[Outcome] = []
    for at in range(0, len(functions), at_once):
        texts = player.play(agent, functions[at : at + at_once], _greedy).texts
        found += player.compiler.run([(text, "") for text in texts], measure=True)
    return found
