// SPDX-License-Identifier: MIT
// Memory for coroutine frames: size classes of whole cache lines with a free list each, cut from chunks that
// are returned only when the slab dies. A frame that ends is the next one of its class to be handed out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace sim {

// Of many frames few are in the cache when they are resumed. Fetches the first lines of one. Null does no harm: the
// addresses are numbers, because pointers may not be reckoned with there. Always inlined: GCC takes a function that
// only prefetches for one without effects and drops what calls are left.
[[gnu::always_inline]] inline void prefetch(const void* frame) {
  const auto line = reinterpret_cast<std::uintptr_t>(frame);
  __builtin_prefetch(frame);
  __builtin_prefetch(reinterpret_cast<const void*>(line + 64));
  __builtin_prefetch(reinterpret_cast<const void*>(line + 128));
  __builtin_prefetch(reinterpret_cast<const void*>(line + 192));
  __builtin_prefetch(reinterpret_cast<const void*>(line + 256));
}

class FrameSlab {
 public:
  FrameSlab() = default;
  FrameSlab(const FrameSlab&) = delete;
  FrameSlab& operator=(const FrameSlab&) = delete;

  // The block remembers its slab behind the frame, because the deallocation function of a coroutine is told
  // nothing but address and size.
  void* allocate(std::size_t size) {
    const std::size_t lines = lines_of(size);
    void* block = nullptr;
    if (lines > classes) {
      block = ::operator new(size + slab_bytes);
    } else {
      Block*& free = free_[lines - 1];
      if (free == nullptr) refill(lines);
      block = free;
      free = free->next;
    }
    FrameSlab* const self = this;
    std::memcpy(static_cast<char*>(block) + size, &self, slab_bytes);
    return block;
  }

  static void deallocate(void* block, std::size_t size) {
    FrameSlab* slab = nullptr;
    std::memcpy(&slab, static_cast<char*>(block) + size, slab_bytes);
    const std::size_t lines = lines_of(size);
    if (lines > classes) {
      ::operator delete(block);
      return;
    }
    slab->free_[lines - 1] = ::new (block) Block{slab->free_[lines - 1]};
  }

 private:
  struct Block {
    Block* next;
  };
  struct alignas(64) Line {
    std::byte bytes[64];
  };

  static constexpr std::size_t classes = 32;
  static constexpr std::size_t slab_bytes = sizeof(void*);

  static std::size_t lines_of(std::size_t size) {
    return (size + slab_bytes + sizeof(Line) - 1) / sizeof(Line);
  }

  [[gnu::noinline]] void refill(std::size_t lines) {
    constexpr std::size_t chunk_lines = 1024;
    chunks_.emplace_back(new Line[chunk_lines]);
    Line* const chunk = chunks_.back().get();
    Block*& free = free_[lines - 1];
    for (std::size_t at = chunk_lines / lines; at > 0; --at)
      free = ::new (chunk + (at - 1) * lines) Block{free};
  }

  std::array<Block*, classes> free_{};
  std::vector<std::unique_ptr<Line[]>> chunks_;
};

}  // namespace sim
